import { setTimeout as sleep } from "node:timers/promises";

import { startLoad } from "../../load/load";
import { Client } from "../support/client";
import { docker, inspect, Inspected } from "../support/docker";
import { eventually } from "../support/eventually";
import { crash, faults } from "../support/faults";
import { ProjectCopy } from "../support/project-copy";
import { TestStack } from "../support/test-stack";

jest.setTimeout(400_000);

let project: ProjectCopy;
let stack: TestStack;

beforeAll(async () => {
  project = await ProjectCopy.make();
  stack = await TestStack.make(project, { replicas: "3" });
  await stack.up();
  // The replicas are healthy some tenths of a second before the load balancer has heard of them.
  await eventually("the stack serves", () => new Client(stack.url).visit());
});

afterAll(async () => {
  await stack?.cleanUp();
  await project?.remove();
});

/** Waits until the load balancer has heard of every app replica. */
async function allReplicasServe(): Promise<void> {
  const count = (await stack.containersOf("app")).size;
  await eventually("all replicas answer in turn", async () => {
    const seen = new Set<string>();
    // Twice as many: each round has all of them, in an order of its own, and this may begin in the middle of one.
    for (let i = 0; i < 2 * count; i++) seen.add((await new Client(stack.url).visit()).served_by.instance);
    return seen.size === count;
  });
}

describe("a stack whose parts die", () => {
  it.each(["app", "worker", "redis", "traefik", "docker-socket", "healer"])(
    "has its %s back and healthy without anyone when the process crashes",
    async (service) => {
      const client = new Client(stack.url);
      await client.visit();
      const [name] = [...(await stack.containersOf(service)).keys()];
      const [before] = await inspect(name!);
      await crash(before!.State.Pid);
      const after = await eventually(`${name} is back and healthy`, async () => {
        const [now] = await inspect(name!);
        return now!.State.Pid !== before!.State.Pid && now!.State.Health?.Status === "healthy" && now;
      });
      expect([after.Id, after.RestartCount]).toEqual([before!.Id, before!.RestartCount + 1]);
      const visit = await eventually("the stack serves", () => client.visit());
      // Redis was told of the visit before the crash: what it acknowledged is there.
      expect(visit.session_count).toBeGreaterThanOrEqual(service === "redis" ? 1 : 2);
      expect(await stack.plan("--refresh")).toEqual({});
    },
  );

  it("loses no counter when Redis is stopped and started", async () => {
    const client = new Client(stack.url);
    const before = await client.visit();
    await docker("restart", `evenkeel-${stack.name}-redis`);
    const after = await eventually("the stack serves", () => client.visit());
    expect(after.session_count).toBeGreaterThan(before.session_count);
    expect(after.global_count).toBeGreaterThan(before.global_count);
  });

  it("has exactly the replica back that was removed by hand", async () => {
    const before = await stack.containers();
    const [name] = [...(await stack.containersOf("app")).keys()];
    await docker("rm", "--force", name!);
    const short = name!.slice(`evenkeel-${stack.name}-`.length);
    expect(await stack.plan("--refresh")).toEqual({ create: [`Container ${short}`] });
    await stack.up("--refresh");
    const after = await stack.containers();
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    for (const [other, id] of before) expect(after.get(other) === id).toBe(other !== name);
  });
});

describe("a stack one of whose replicas", () => {
  const rate = 90;
  let turn = 0;

  it.each(faults)(
    "$what fails no safe request but what was in its hands when cut off, and has it back without anyone",
    async (fault) => {
      const names = [...(await stack.containersOf("app")).keys()].sort();
      await allReplicasServe();
      const victim = names[turn++ % names.length]!;
      const before = await inspect(...(await stack.containers()).keys());
      const processOf = (all: Inspected[], name: string) => all.find((one) => one.Name === `/${name}`)!.State;
      // As many clients as a hang of five seconds holds.
      const path = { url: stack.url, mix: "path", timeoutSeconds: 30, clients: rate * 8 } as const;
      const safe = await startLoad({ ...path, rate });
      // A GET that puts a job in: the one request of this load that is not safe to repeat.
      const unsafe = await startLoad({ ...path, rate: rate / 3, path: "/enqueue?job=x" });
      await sleep(2000);
      await fault.make(victim, processOf(before, victim).Pid, `evenkeel-${stack.name}-edge`);
      const since = Date.now();
      const back = eventually(
        `${victim} is another process, and healthy`,
        async () => {
          const [{ State: now }] = (await inspect(victim)) as [Inspected];
          return now.StartedAt !== processOf(before, victim).StartedAt && now.Health?.Status === "healthy";
        },
        fault.backSeconds,
      );
      const failure = await back.catch((error: unknown) => error);
      const backSeconds = (Date.now() - since) / 1000;
      await sleep(2000);

      const [safeReport, unsafeReport] = await Promise.all([safe.stop(), unsafe.stop()]);
      if (failure instanceof Error) throw failure;
      expect(safeReport.failed).toBeLessThanOrEqual(Math.ceil((rate / names.length) * (fault.answerSeconds ?? 0)));
      const { failed, failures, offered } = unsafeReport;
      expect(failed).toBeLessThanOrEqual(Math.ceil((rate / 3 / names.length) * fault.heldSeconds));
      const after = await inspect(...before.map(({ Name }) => Name.slice(1)));
      const touched = after.filter(({ State }, index) => State.StartedAt !== before[index]!.State.StartedAt);
      expect(touched.map(({ Name }) => Name)).toEqual([`/${victim}`]);
      console.info(
        `${fault.what}: back after ${backSeconds.toFixed(1)} s; safe to repeat: ${safeReport.failed} of ${safeReport.offered} failed, the slowest ${(safeReport.latency.all.max / 1000).toFixed(1)} s; ` +
          `the others: ${failed} of ${offered} ${JSON.stringify(failures)}`,
      );
    },
  );

  it("is a paused worker has its job done and the worker back", async () => {
    const [worker] = [...(await stack.containersOf("worker")).keys()];
    await docker("pause", worker!);
    const { body } = await new Client(stack.url).get("/enqueue?job=while-paused");
    const id = String((body as { id: unknown }).id);
    await eventually(
      "the job is done",
      async () => {
        const { body: job } = await new Client(stack.url).get(`/jobs/${id}`);
        return (job as { state?: string }).state === "completed";
      },
      30,
    );
    await eventually("the worker runs and is healthy", async () => {
      const [one] = await inspect(worker!);
      return one!.State.Running && one!.State.Health?.Status === "healthy";
    });
  });
});

describe("the healer", () => {
  const restarts = async () =>
    (await docker("logs", `evenkeel-${stack.name}-healer`)).split("\n").filter((line) => line.includes('"restarting"'));

  it("restarts nothing while replicas come and go, Redis and the load balancer restart", async () => {
    const before = await restarts();
    await stack.set("replicas", "4");
    await stack.up();
    await stack.set("replicas", "2");
    await stack.up();
    await stack.set("app.memoryMiB", "200");
    await stack.set("worker.memoryMiB", "200");
    await stack.up();
    for (const service of ["redis", "traefik"]) {
      await docker("restart", `evenkeel-${stack.name}-${service}`);
      await eventually("the stack serves", () => new Client(stack.url).visit());
    }
    await sleep(8000);
    expect(await restarts()).toEqual(before);
    expect(await stack.plan()).toEqual({});
  });

  it("goes away, and its way to the engine with it, when heal is set to false", async () => {
    const replicas = await stack.containersOf("app");
    await stack.set("heal", "false");
    await stack.up();
    const names = (await stack.objects()).map(({ name }) => name);
    expect(names.filter((name) => /healer|restarts/.test(name))).toEqual([]);
    expect(await stack.containersOf("app")).toEqual(replicas);
    expect((await new Client(stack.url).visit()).session_count).toBe(1);
    expect(await stack.plan("--refresh")).toEqual({});
  });
});
