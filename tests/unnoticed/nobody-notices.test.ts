import { Load, startLoad } from "../../load/load";
import { LoadReport } from "../../load/report";
import { Client } from "../support/client";
import { eventually } from "../support/eventually";
import { ProjectCopy } from "../support/project-copy";
import { TestStack } from "../support/test-stack";

jest.setTimeout(900_000);

/**
 * The rates that are tried, a second. Pulumi, builds and starts share the machine's cores with the load and the stack, so it is
 * less than the stack could serve; a machine that is busy with other things, and late while nothing changes, gets less still.
 */
const rates = [400, 200, 100];

/**
 * Enough for a machine that stands still for three seconds and needs as many to catch up. Not more: the engine's port process has six
 * open files for each, and ends for good where they run out, at 20,000 on some machines.
 */
const clients = 3000;

let rate = rates[0]!;

let project: ProjectCopy;
let stack: TestStack;
let load: Load | undefined;

beforeAll(async () => {
  project = await ProjectCopy.make();
  stack = await TestStack.make(project, { replicas: "3", "app.memoryMiB": "192" });
  await stack.up();
  for (rate of rates) if (await isOfferedInTime()) break;
  console.info(`${rate} requests/s`);
});

/** Whether the machine can offer the rate, and the stack serve it, while nothing changes: a request of 2 s takes little more. */
async function isOfferedInTime(): Promise<boolean> {
  const settled = await startLoad({ url: stack.url, rate, clients, mix: "mixed" });
  await new Promise((resolve) => setTimeout(resolve, 6000));
  const { failed, latency } = await settled.stop();
  return failed === 0 && latency.all.p99 < 2500;
}

afterAll(async () => {
  await load?.stop();
  await stack?.cleanUp();
  await project?.remove();
});

/** Mixed load while `change` is made; everything it offered, accounted for. */
async function under(change: (load: Load) => Promise<void>): Promise<LoadReport> {
  load = await startLoad({ url: stack.url, rate, clients, mix: "mixed" });
  await change(load);
  const report = await load.stop();
  load = undefined;
  console.info(
    `${report.offered} offered in ${report.seconds.toFixed(0)} s, ${report.failed} failed ${JSON.stringify(report.failures)}, ` +
      `p99 ${report.latency.all.p99.toFixed(0)} ms, streams ${JSON.stringify(report.streams)}`,
  );
  return report;
}

describe("nobody notices", () => {
  it("that 3 replicas become 5, 2, 8 and 1: no failed request, and Redis holds every visit that was acknowledged", async () => {
    const { global_count: before } = await new Client(stack.url).visit();
    const report = await under(async (running) => {
      for (const replicas of ["5", "2", "8", "1"]) {
        running.mark(`${replicas} replicas`);
        await stack.set("replicas", replicas);
        await stack.up();
        expect((await stack.containersOf("app")).size).toBe(Number(replicas));
      }
    });
    expect([report.failures, report.failedRequests]).toEqual([{}, []]);
    for (const { acknowledged, highest } of report.sessions) expect(highest).toBe(acknowledged);
    const { global_count: after } = await new Client(stack.url).visit();
    expect(after - before - 1).toBe(report.visits.acknowledged);
    await stack.set("replicas", "3");
    await stack.up();
  });

  it("that a new revision takes over: both serve only during the roll, streams come back on the new one", async () => {
    const old = await stack.output("appRevision");
    await project.edit("app/main.ts", (text) => `${text}\nprocess.title = "rolled";\n`);
    const report = await under(async (running) => {
      running.mark("pulumi up");
      await stack.up();
      running.mark("done");
      await new Promise((resolve) => setTimeout(resolve, 5000));
    });
    expect([report.failures, report.failedRequests]).toEqual([{}, []]);
    const [before, after] = report.revisions;
    expect([report.revisions.length, before!.name, after!.name]).toEqual([2, old, await stack.output("appRevision")]);
    expect(before!.lastSeen).toBeLessThanOrEqual(report.events.find(({ name }) => name === "done")!.at);
    for (const { acknowledged, highest } of report.sessions) expect(highest).toBe(acknowledged);
  });

  it.each([
    ["strategy", "power-of-two-choices"],
    ["sticky", "true"],
    ["app.cpus", "0.6"],
    ["logLevel", "warn"],
    ["drainSeconds", "2"],
  ])("that %s becomes %s", async (key, value) => {
    await stack.set(key, value);
    const report = await under(() => stack.up().then(() => undefined));
    expect([report.failures, report.failedRequests]).toEqual([{}, []]);
  });

  it("that an update is killed, interrupted or begun twice: the next one ends in the declared state", async () => {
    const report = await under(async (running) => {
      for (const [signal, title] of [
        ["SIGKILL", "killed"],
        ["SIGINT", "interrupted"],
      ] as const) {
        await project.edit("app/main.ts", (text) => `${text}\nprocess.title = "${title}";\n`);
        const old = await stack.output("appRevision");
        running.mark(`${title} up`);
        const first = project.start("pulumi", "up", "--stack", stack.name, "--yes", "--skip-preview");
        const rolled = async () =>
          [...(await stack.containersOf("app")).keys()].filter((name) => !name.includes(old)).length;
        await eventually("a replica of the new release", async () => (await rolled()) >= 1, 120);
        first.kill(signal);
        await first.result;
      }
      running.mark("up, twice at once");
      const twice = await Promise.all([1, 2].map(() => project.ops("up", "--stack", stack.name)));
      for (const { exitCode, output } of twice)
        expect([exitCode, output]).toEqual([0, expect.stringContaining("Ready:")]);
    });
    expect([report.failures, report.failedRequests]).toEqual([{}, []]);
    const declared = await stack.output("appRevision");
    const replicas = [...(await stack.containersOf("app")).keys()];
    expect([replicas.length, replicas.filter((name) => !name.includes(declared))]).toEqual([3, []]);
    expect(await stack.plan()).toEqual({});
  });
});
