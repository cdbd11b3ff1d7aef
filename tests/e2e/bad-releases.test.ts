import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { startLoad } from "../../load/load";
import { LoadReport } from "../../load/report";
import { Client } from "../support/client";
import { lossesOf } from "../support/losses";
import { ProjectCopy } from "../support/project-copy";
import { TestStack } from "../support/test-stack";

jest.setTimeout(400_000);

let project: ProjectCopy;
let stack: TestStack;
let good: string;
let code: string;

beforeAll(async () => {
  project = await ProjectCopy.make();
  stack = await TestStack.make(project, { replicas: "3", workerReplicas: "0" });
  await stack.up();
  good = await stack.output("appRevision");
  code = await readFile(join(project.folder, "app", "app.ts"), "utf8");
});

afterAll(async () => {
  await stack?.cleanUp();
  await project?.remove();
});

afterEach(async () => {
  await project.edit("app/app.ts", () => code);
});

/** Rolls out the app with `line` in it, under load, and expects it to be refused. */
async function refused(line: string, serving = "3 of " + good): Promise<{ output: string; load: LoadReport }> {
  const before = await stack.containersOf("app");
  await project.edit("app/app.ts", (text) => text.replace("  app.use(observe(deps));", (it) => `  ${line}\n${it}`));
  const load = await startLoad({ url: stack.url, rate: 100, mix: "get" });
  const { exitCode, output } = await stack.tryUp();
  const report = await load.stop();
  expect([exitCode === 0, output]).toEqual([false, expect.stringContaining(`Nothing was removed: ${serving}`)]);
  const now = await stack.containersOf("app");
  for (const [name, id] of before) if (name.includes(good)) expect(now.get(name)).toBe(id);
  expect((await new Client(stack.url).visit()).revision).toBe(good);
  return { output, load: report };
}

describe("a release that crashes", () => {
  it("after it began to serve is caught while it bakes; no request fails, and the message has its last words", async () => {
    await stack.set("bakeSeconds", "12");
    const { output, load } = await refused(
      // It counts from when it is ready, however long that takes. What it says when it is started anew is not what it said last.
      'console.log("hello\\n".repeat(20)); deps.lifecycle.whenReady(() => setTimeout(() => { console.log("the last words"); process.exit(3); }, 4000));',
    );
    expect(output).toMatch(
      /app [0-9a-f]{8} failed: evenkeel-\S+-app-[0-9a-f]{8}-\d ended while it served, exit code 3/,
    );
    expect(output).toContain("the last words");
    expect(lossesOf(load)).toEqual({});
  });

  it("after ten seconds takes no request at all where minReadySeconds asks for more", async () => {
    await stack.set("minReadySeconds", "20");
    const { output, load } = await refused("setTimeout(() => process.exit(4), 10_000);");
    expect(output).toMatch(/ended 3 times, exit code 4/);
    expect(lossesOf(load)).toEqual({});
    expect(load.revisions.map(({ name }) => name)).toEqual([good]);
    await stack.unset("minReadySeconds");
  });
});

describe("a release that hangs", () => {
  it("while it bakes is caught by the load balancer's check, though the engine calls it healthy", async () => {
    await stack.set("bakeSeconds", "8");
    await stack.set("heal", "false");
    const { output } = await refused(
      "if (process.env.INSTANCE.endsWith('-2')) deps.lifecycle.whenReady(() => setTimeout(() => { for (;;); }, 1000));",
    );
    expect(output).toMatch(/app-[0-9a-f]{8}-2 is healthy, but evenkeel-\S+-traefik has had no answer from it for 30 s/);
    await stack.unset("heal");
  });
});

describe("a release of which only the worker is bad", () => {
  beforeAll(async () => {
    await stack.set("bakeSeconds", "3");
    await stack.set("workerReplicas", "1");
  });

  afterAll(async () => {
    await stack.unset("minReadySeconds");
    await stack.set("workerReplicas", "0");
    await stack.set("replicas", "3");
    await stack.up();
  });

  it.each([
    ["while it bakes", "setTimeout(() => process.exit(5), 2000);", "3", "0"],
    // More than start side by side, and the next ones wait until those are ready: they are made after the worker was found bad.
    ["while the app's are still being made", "process.exit(5);", "6", "6"],
  ])(
    "%s leaves as a whole: the new app, which is good, is stopped too",
    async (_when, line, count, minReadySeconds) => {
      await stack.set("replicas", count);
      await stack.up();
      await stack.set("minReadySeconds", minReadySeconds);
      await project.edit("worker/main.ts", (text) => `${text}${line}\n`);
      const { output } = await refused("process.title = 'beside a bad worker';", "1 of ");
      expect(output).toMatch(/worker [0-9a-f]{8} failed: evenkeel-\S+-worker-[0-9a-f]{8}-1 ended.*exit code 5/);
      const running = await stack.runningOf("app");
      expect([running.length, running.filter((name) => !name.includes(good))]).toEqual([Number(count), []]);
      await project.edit("worker/main.ts", (text) => text.replace(`${line}\n`, ""));
    },
  );
});

describe("a release that answers 500 to all but its health path", () => {
  it("is stopped as soon as its share of 5xx is too high, long before the bake ends", async () => {
    await stack.set("bakeSeconds", "120");
    const { output, load } = await refused(
      "app.use((request, response, next) => (/health|ready/.test(request.path) ? next() : response.status(500).json({})));",
    );
    expect(output).toMatch(/is of a revision that answered \d+ of \d+ requests with 5xx/);
    // What those clients got is the price of finding out: about twenty answers, and those of the second it takes to stop.
    const { "500": bad = 0, ...others } = load.failures;
    expect(others).toEqual({});
    expect(bad).toBeGreaterThan(0);
    expect(bad).toBeLessThan(load.offered / 5);
  });
});

describe("after a bad release", () => {
  it("a rollback cleans up without a build, and the next good release goes through", async () => {
    await stack.set("bakeSeconds", "1");
    const images = await stack.images();
    const { exitCode, output } = await project.ops("rollback", "--stack", stack.name, "--json");
    expect([exitCode, output]).toEqual([0, expect.stringContaining(`"appRevision": "${good}"`)]);
    expect([...(await stack.containersOf("app")).keys()].every((name) => name.includes(good))).toBe(true);
    expect(await stack.plan()).toEqual({});
    expect(images).toEqual(expect.arrayContaining(await stack.images()));
    await stack.unset("release");
    await project.edit("app/app.ts", (text) => `${text}process.title = "next";\n`);
    await stack.up();
    const next = await stack.output("appRevision");
    expect(next).not.toBe(good);

    const load = await startLoad({ url: stack.url, rate: 100, mix: "get" });
    const back = await project.ops("rollback", "--stack", stack.name);
    const report = await load.stop();
    expect([back.exitCode, report.failures]).toEqual([0, {}]);
    expect(await stack.output("appRevision")).toBe(good);
    const list = await project.ops("rollback", "--stack", stack.name, "--list");
    expect(list.output).toMatch(new RegExp(`\\* [0-9a-f]{8}  ${good}[^]*  [0-9a-f]{8}  ${next}`));
    const unknown = await project.ops("rollback", "--stack", stack.name, "--to", "ffffffff");
    expect([unknown.exitCode, unknown.output]).toEqual([1, expect.stringContaining('no release "ffffffff"')]);
    await stack.unset("release");

    await project.edit("app/app.ts", (text) => `${text}process.title = "third";\n`);
    await stack.up();
    const built = await stack.images();
    const oldest = await project.ops("rollback", "--stack", stack.name, "--to", next);
    expect([oldest.exitCode, await stack.output("appRevision")]).toEqual([0, next]);
    expect(built).toEqual(expect.arrayContaining(await stack.images()));
    await stack.unset("release");
  });
});
