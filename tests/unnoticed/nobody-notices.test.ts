import { eventually } from "../support/eventually";
import { lossesOf } from "../support/losses";
import { ProjectCopy } from "../support/project-copy";
import { StackUnderLoad } from "../support/stack-under-load";
import { TestStack } from "../support/test-stack";

jest.setTimeout(900_000);

let project: ProjectCopy;
let stack: TestStack;
let loaded: StackUnderLoad | undefined;

beforeAll(async () => {
  loaded = await StackUnderLoad.make({ replicas: "3", "app.memoryMiB": "192" });
  ({ project, stack } = loaded);
});

afterAll(() => loaded?.remove());

describe("nobody notices", () => {
  it("that 3 replicas become 5, 2, 8 and 1: no failed request, and Redis holds every visit that was acknowledged", async () => {
    const report = await loaded!.under(async (running) => {
      for (const replicas of ["5", "2", "8", "1"]) {
        running.mark(`${replicas} replicas`);
        await stack.set("replicas", replicas);
        await stack.up();
        expect((await stack.containersOf("app")).size).toBe(Number(replicas));
      }
    });
    expect(lossesOf(report)).toEqual({});
    for (const { acknowledged, highest } of report.sessions) expect(highest).toBe(acknowledged);
    expect(report.counted).toBe(report.visits.acknowledged);
    await stack.set("replicas", "3");
    await stack.up();
  });

  it("that a new revision takes over: both serve only during the roll, streams come back on the new one", async () => {
    const old = await stack.output("appRevision");
    await project.edit("app/main.ts", (text) => `${text}\nprocess.title = "rolled";\n`);
    const report = await loaded!.under(async (running) => {
      running.mark("pulumi up");
      await stack.up();
      running.mark("done");
      await new Promise((resolve) => setTimeout(resolve, 5000));
    });
    expect(lossesOf(report)).toEqual({});
    const [before, after] = report.revisions;
    expect([report.revisions.length, before!.name, after!.name]).toEqual([2, old, await stack.output("appRevision")]);
    expect(before!.lastSeen).toBeLessThanOrEqual(report.events.find(({ name }) => name === "done")!.at);
    for (const { acknowledged, highest } of report.sessions) expect(highest).toBe(acknowledged);
  });

  it("that an update is killed, interrupted or begun twice: the next one ends in the declared state", async () => {
    const report = await loaded!.under(async (running) => {
      for (const [signal, title] of [
        ["SIGKILL", "killed"],
        ["SIGINT", "interrupted"],
      ] as const) {
        await project.edit("app/main.ts", (text) => `${text}\nprocess.title = "${title}";\n`);
        const before = await stack.containersOf("app");
        running.mark(`${title} up`);
        const first = project.start("pulumi", "up", "--stack", stack.name, "--yes", "--skip-preview");
        const rolled = async () => [...(await stack.containersOf("app")).keys()].some((name) => !before.has(name));
        await eventually("a replica of the new release", rolled, 120);
        first.kill(signal);
        const { exitCode, output } = await first.result;
        expect(exitCode).not.toBe(0);
        if (signal === "SIGINT") expect(output).toMatch(/cancel/i);
        // Who was killed could not give back the lock of the state; a plain `pulumi up` wants to be told that it may have it.
        else await project.expectPulumi("cancel", "--stack", stack.name, "--yes");
      }
      running.mark("up, twice at once");
      const twice = await Promise.all([1, 2].map(() => project.ops("up", "--stack", stack.name)));
      for (const { exitCode, output } of twice)
        expect([exitCode, output]).toEqual([0, expect.stringContaining("Ready:")]);
    });
    expect(lossesOf(report)).toEqual({});
    const declared = await stack.output("appRevision");
    const replicas = [...(await stack.containersOf("app")).keys()];
    expect([replicas.length, replicas.filter((name) => !name.includes(declared))]).toEqual([3, []]);
    expect(await stack.plan()).toEqual({});
  });
});
