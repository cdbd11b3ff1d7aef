import { startLoad } from "../../load/load";
import { Client } from "../support/client";
import { lossesOf } from "../support/losses";
import { ProjectCopy } from "../support/project-copy";
import { TestStack } from "../support/test-stack";

jest.setTimeout(400_000);

let project: ProjectCopy;
let stack: TestStack;

beforeAll(async () => {
  project = await ProjectCopy.make();
  stack = await TestStack.make(project, { replicas: "2" });
  await stack.up();
});

afterAll(async () => {
  await stack?.cleanUp();
  await project?.remove();
});

describe("an edit in app/", () => {
  it("rolls exactly the app: N created, N deleted, nothing else touched, every request served", async () => {
    const before = await stack.containers();
    const old = await stack.output("appRevision");
    await project.edit("app/main.ts", (text) => `${text}\nprocess.title = "edited";\n`);

    const plan = await stack.plan();
    expect(Object.keys(plan).sort()).toEqual(["create", "delete"]);
    expect(plan.create!.filter((item) => item.startsWith("Container"))).toEqual([
      expect.stringMatching(/^Container app-[0-9a-f]{8}-1$/),
      expect.stringMatching(/^Container app-[0-9a-f]{8}-2$/),
    ]);
    expect(plan.delete!.filter((item) => item.startsWith("Container"))).toEqual([
      `Container app-${old}-1`,
      `Container app-${old}-2`,
    ]);
    for (const item of [...plan.create!, ...plan.delete!])
      expect(item).toMatch(/^(Container app-|RemoteImage app-image-)/);
    // The image of the release before stays: going back needs no build.
    expect(plan.delete!.filter((item) => item.startsWith("RemoteImage"))).toEqual([]);

    const client = new Client(stack.url);
    await client.visit();
    const load = await startLoad({ url: stack.url, rate: 200, mix: "get" });
    await stack.up();
    const report = await load.stop();
    expect(lossesOf(report)).toEqual({});
    expect(report.succeeded).toBe(report.offered);
    expect(report.revisions.map(({ name }) => name)).toEqual([old, await stack.output("appRevision")]);

    const revision = await stack.output("appRevision");
    expect(revision).not.toBe(old);
    const visit = await client.visit();
    expect([visit.revision, visit.session_count]).toEqual([revision, 2]);
    const after = await stack.containers();
    for (const [name, id] of before) expect(after.get(name)).toBe(name.includes("-app-") ? undefined : id);
    expect(await stack.plan()).toEqual({});
  });
});

describe("a release that never becomes ready", () => {
  it("fails, and fails again, while the old one serves every request; the next good one cleans up", async () => {
    const good = await stack.output("appRevision");
    const serving = await stack.containersOf("app");
    // It cannot log in to Redis, so it is never ready.
    await project.edit("infra/components/redis.ts", (text) =>
      text.replace("redis://${role}:${this", "redis://${role}:wrong${this"),
    );
    await project.edit("infra/timing.ts", (text) => text.replace("readyTimeout: 60", "readyTimeout: 8"));
    await project.edit("infra/replica-spec.ts", (text) => text.replace("INTERNAL_PORT:", 'BAD: "1", INTERNAL_PORT:'));
    await stack.set("workerReplicas", "0");

    const load = await startLoad({ url: stack.url, rate: 100, mix: "get" });
    for (let attempt = 1; attempt <= 2; attempt++) {
      const { exitCode, output } = await stack.tryUp();
      expect(exitCode).not.toBe(0);
      expect(output).toMatch(/app [0-9a-f]{8} failed: evenkeel-\S+-app-[0-9a-f]{8}-\d is not healthy after 8 s/);
      expect(output).toContain("WRONGPASS");
      expect(output).toContain(`Nothing was removed: 2 of ${good} serve on`);
      const now = await stack.containersOf("app");
      for (const [name, id] of serving) expect(now.get(name)).toBe(id);
    }
    expect((await load.stop()).failures).toEqual({});
    expect((await new Client(stack.url).visit()).revision).toBe(good);

    await project.edit("infra/components/redis.ts", (text) => text.replace(":wrong${this", ":${this"));
    await project.edit("infra/timing.ts", (text) => text.replace("readyTimeout: 8", "readyTimeout: 60"));
    await project.edit("infra/replica-spec.ts", (text) => text.replace('BAD: "1", ', ""));
    await stack.up();
    expect(await stack.containersOf("app")).toEqual(serving);
    expect(await stack.plan()).toEqual({});
  });
});
