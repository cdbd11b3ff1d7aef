import fc from "fast-check";
import { z } from "zod";

import { startLoad } from "../../load/load";
import { planSchema } from "../../ops/plan/schema";
import { freePort } from "../../setup/free-port";
import { ProjectCopy } from "../support/project-copy";
import { TestStack } from "../support/test-stack";

jest.setTimeout(600_000);

type Plan = z.infer<typeof planSchema>;

let project: ProjectCopy;
let stack: TestStack;

beforeAll(async () => {
  project = await ProjectCopy.make();
  stack = await TestStack.make(project, { replicas: "2", "app.memoryMiB": "128", "worker.memoryMiB": "128" });
  await stack.up();
});

afterAll(async () => {
  await stack?.cleanUp();
  await project?.remove();
});

async function plan(...environment: string[]): Promise<{ exitCode: number; plan: Plan }> {
  const ops = ["node", "--import", "tsx", "ops/plan.ts", "--stack", stack.name, "--json"];
  const { exitCode, stdout, output } = await project.start("env", ...environment, ...ops).result;
  if (exitCode === 1) throw new Error(output);
  return { exitCode, plan: planSchema.parse(JSON.parse(stdout)) };
}

/** Names of the plan's containers by what happens to them, as Docker names. */
function planned({ services }: Plan): Record<"create" | "delete" | "replace", string[]> {
  const named = (op: "create" | "delete" | "replace") =>
    services.flatMap(({ containers }) => containers[op].map((name) => `evenkeel-${stack.name}-${name}`)).sort();
  return { create: named("create"), delete: named("delete"), replace: named("replace") };
}

/** What became of the stack's containers between two looks. */
function happened(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  const [old, wanted] = [[...before.keys()], [...after.keys()]];
  return {
    create: wanted.filter((name) => !before.has(name)).sort(),
    delete: old.filter((name) => !after.has(name)).sort(),
    replace: old.filter((name) => after.has(name) && after.get(name) !== before.get(name)).sort(),
  };
}

type Change = readonly [kind: "set", key: string, value: string] | readonly [kind: "edit", file: string, text: string];

const set = (key: string, ...values: string[]) =>
  fc.constantFrom(...values).map((value): Change => ["set", key, value] as const);

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  set("replicas", "1", "2", "3", "4"),
  set("workerReplicas", "0", "1", "2"),
  set("logLevel", "warn", "error"),
  set("strategy", "least-time", "power-of-two-choices"),
  set("sticky", "true", "false"),
  set("app.cpus", "0.4", "0.6"),
  set("worker.concurrency", "4", "16"),
  set("worker.attempts", "2", "4"),
  set("drainSeconds", "2", "4"),
  set("heal", "true", "false"),
  set("healAfterSeconds", "7", "9"),
  set("dashboard", "true", "false"),
  set("bakeMaxErrorPercent", "10", "20"),
  set("maxSurge", "100", "50"),
  fc.nat().map((number): Change => ["edit", "app/main.ts", `process.title = "app ${number}";`] as const),
  fc.nat().map((number): Change => ["edit", "worker/main.ts", `process.title = "worker ${number}";`] as const),
);

/** Two changes at most belong to one update: what they do is not always what each does alone. */
const anyWalk = fc.array(fc.array(anyChange, { minLength: 1, maxLength: 2 }), { minLength: 8, maxLength: 8 });

describe("what the plan says", () => {
  it("is what then happens: replicas touched, requests failed, seconds; over random changes", async () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    console.info(`SEED=${seed} makes these changes again`);
    await stack.set("dashboardPort", String(await freePort()));
    for (const changes of fc.sample(anyWalk, { seed, numRuns: 1 })[0]!) {
      for (const [kind, name, value] of changes) {
        if (kind === "set") await stack.set(name, value);
        else await project.edit(name, (text) => `${text}\n${value}\n`);
      }
      let said = await plan();
      const tokens = said.plan.services.flatMap(({ interruption }) => interruption?.token ?? []);
      if (said.exitCode === 3) {
        expect(said.plan.refusals.map(({ kind }) => kind)).toEqual(tokens.map(() => "interrupts"));
        await stack.set("allowInterruption", tokens.join(","));
        said = await plan();
      }
      const before = await stack.containers();
      const load = await startLoad({ url: stack.url, rate: 40, mix: "get" });
      const started = Date.now();
      await stack.up();
      const seconds = (Date.now() - started) / 1000;
      const { failures } = await load.stop();
      const expected = said.plan.duration.seconds;
      const verdicts = said.plan.services.map(({ service, verdict }) => `${service} ${verdict}`);
      const moved = verdicts.filter((text) => !text.endsWith(" nothing"));
      console.info(
        `${JSON.stringify(changes)}: ${moved.join(", ") || "nothing"}; ${expected.toFixed(0)} s expected, ` +
          `${seconds.toFixed(0)} s taken, failed ${JSON.stringify(failures)}`,
      );
      expect([verdicts, happened(before, await stack.containers())]).toEqual([verdicts, planned(said.plan)]);
      expect(said.exitCode).toBe(said.plan.changes > 0 ? 2 : 0);
      if (tokens.length === 0) expect([verdicts, failures]).toEqual([verdicts, {}]);
      // A model of seconds, on a machine that does other things: of the right size is what it can be.
      expect(seconds).toBeGreaterThan(expected / 4 - 3);
      expect(seconds).toBeLessThan(expected * 4 + 30);
    }
    expect(await plan()).toMatchObject({ exitCode: 0, plan: { changes: 0 } });
  });

  it("names the files that make the code another one", async () => {
    await project.edit("app/routes/home.ts", (text) => text.replace("Hello from", "Welcome to"));
    const { plan: made } = await plan();
    const app = made.services.find(({ service }) => service === "app")!;
    expect([app.verdict, app.why]).toEqual(["rolls", [{ input: "code", details: ["app/routes/home.ts changed"] }]]);
  });

  it("needs no engine, and says what it could not check", async () => {
    const { exitCode, plan: made } = await plan("DOCKER_HOST=unix:///nonexistent/docker.sock");
    expect([exitCode, made.host]).toEqual([2, { checked: false, why: expect.stringContaining("Cannot connect") }]);
  });

  it("refuses what does not fit the host, in numbers, and changes nothing", async () => {
    const before = await stack.containers();
    await stack.set("app.memoryMiB", "65536");
    await stack.set("replicas", "100");
    const { exitCode, plan: made } = await plan();
    await stack.unset("app.memoryMiB");
    await stack.set("replicas", "2");
    expect([exitCode, made.refusals[0]]).toEqual([
      3,
      expect.objectContaining({ kind: "does not fit", what: expect.stringMatching(/^memory: \d+ MiB at the peak/) }),
    ]);
    expect(await stack.containers()).toEqual(before);
  });

  it("is one clear error for a wrong setting and for a stack that is not there", async () => {
    await stack.set("replicas", "many");
    const wrong = await project.ops("plan", "--stack", stack.name);
    await stack.set("replicas", "2");
    expect([wrong.exitCode, wrong.output]).toEqual([1, expect.stringContaining('replicas: got "many"')]);
    const missing = await project.ops("plan", "--stack", "nowhere");
    expect([missing.exitCode, missing.output]).toEqual([1, expect.stringContaining(`there are: ${stack.name}`)]);
  });
});
