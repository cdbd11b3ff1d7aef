import { startLoad } from "../../load/load";
import { freePort } from "../../setup/free-port";
import { Client } from "../support/client";
import { eventually } from "../support/eventually";
import { lossesOf } from "../support/losses";
import { ProjectCopy } from "../support/project-copy";
import { TestStack } from "../support/test-stack";

jest.setTimeout(400_000);

let project: ProjectCopy;
let stack: TestStack;

beforeAll(async () => {
  project = await ProjectCopy.make();
  stack = await TestStack.make(project, { replicas: "4", workerReplicas: "1", maxSurge: "1", bakeSeconds: "0" });
  await stack.up();
});

afterAll(async () => {
  await stack?.cleanUp();
  await project?.remove();
});

describe("maxSurge", () => {
  it("makes a plain update refuse a roll that would exceed it, and lets scaling be", async () => {
    await stack.set("replicas", "6");
    await stack.up();
    await stack.set("replicas", "4");
    await stack.up();
    const before = await stack.containers();
    await project.edit("app/main.ts", (text) => `${text}\nprocess.title = "batches";\n`);
    const { exitCode, output } = await stack.tryUp();
    expect([exitCode === 0, output]).toEqual([
      false,
      expect.stringContaining("this roll would run 4 new replicas beside the old ones, allowed are 1"),
    ]);
    expect(await stack.containers()).toEqual(before);
  });

  it("rolls in batches, killed in between and begun anew, with no failed request and never a replica too many", async () => {
    const old = await stack.output("appRevision");
    let most = 0;
    let fewest = Infinity;
    const watch = setInterval(() => {
      const count = ({ size }: { readonly size: number }) => {
        most = Math.max(most, size);
        fewest = Math.min(fewest, size);
      };
      // A container that goes away between two questions makes one fail.
      void stack.containersOf("app").then(count, () => undefined);
    }, 300);
    const load = await startLoad({ url: stack.url, rate: 100, mix: "get" });

    const first = project.startOps("up", "--stack", stack.name);
    const rolled = async () =>
      [...(await stack.containersOf("app")).keys()].filter((name) => !name.includes(old)).length;
    await eventually("two replicas of the new release", async () => (await rolled()) >= 2, 120);
    first.kill("SIGKILL");
    await first.result;
    const second = await project.ops("up", "--stack", stack.name);

    clearInterval(watch);
    const report = await load.stop();
    expect([second.exitCode, second.output]).toEqual([0, expect.stringContaining("Ready:")]);
    expect(second.output).toMatch(/batch 1 of [1-4]:/);
    expect(lossesOf(report)).toEqual({});
    const after = [...(await stack.containersOf("app")).keys()];
    expect([after.length, after.filter((name) => name.includes(old))]).toEqual([4, []]);
    expect([most, fewest]).toEqual([5, 4]);
    expect(await stack.plan()).toEqual({});
  });
});

describe("a change that can't be made unseen", () => {
  it("is named by the preview and refused by the update, with nothing touched, until it is allowed", async () => {
    const before = await stack.containers();
    await stack.set("dashboard", "true");
    await stack.set("dashboardPort", String(await freePort()));
    const preview = await stack.tryPreview();
    const token = /allowInterruption (traefik-[0-9a-f]{8})/.exec(preview.output)?.[1];
    expect([preview.exitCode, token]).toEqual([0, expect.any(String)]);
    const refused = await stack.tryUp();
    expect([refused.exitCode === 0, refused.output]).toEqual([false, expect.stringContaining("about 3 s")]);
    expect(await stack.containers()).toEqual(before);

    await stack.set("allowInterruption", token!);
    const during = await startLoad({ url: stack.url, rate: 50, mix: "get" });
    await stack.up();
    await eventually("the stack serves", () => new Client(stack.url).visit(), 30);
    const after = await startLoad({ url: stack.url, rate: 50, mix: "get" });
    // It says so because it is so, and when it is done the stack serves. How long it took is the bench's.
    expect((await during.stop()).failed).toBeGreaterThan(0);
    expect((await after.stop()).failures).toEqual({});
    const now = await stack.containers();
    const changed = [...before.keys()].filter((name) => before.get(name) !== now.get(name));
    expect(changed).toEqual([expect.stringMatching(/traefik$/)]);
  });
});
