import { hostname, userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

import { startLoad } from "../../load/load";
import type { Status } from "../../ops/status/report";
import { Client } from "../support/client";
import { docker } from "../support/docker";
import { eventually } from "../support/eventually";
import { ProjectCopy } from "../support/project-copy";
import { TestStack } from "../support/test-stack";

jest.setTimeout(400_000);

let project: ProjectCopy;
let stack: TestStack;

beforeAll(async () => {
  project = await ProjectCopy.make();
  stack = await TestStack.make(project, { replicas: "3" });
  const { exitCode, output } = await project.ops("up", "--stack", stack.name);
  if (exitCode !== 0) throw new Error(output);
});

afterAll(async () => {
  await stack?.cleanUp();
  await project?.remove();
});

/** JSON has times as text. */
type Printed = Omit<Status, "at"> & { readonly at: string };

async function status(): Promise<{ exitCode: number; seen: Printed }> {
  const { exitCode, output, stdout } = await project.ops("status", "--stack", stack.name, "--json");
  try {
    return { exitCode, seen: JSON.parse(stdout) as Printed };
  } catch {
    throw new Error(`no JSON:\n${output}`);
  }
}

const serviceOf = ({ services }: Printed, name: string) => services!.find(({ service }) => service === name)!;

const fullName = (name: string) => `evenkeel-${stack.name}-${name}`;

describe("the status of a stack", () => {
  it("has the true figures of three replicas under load, of Redis and of the queue, and exit code 0", async () => {
    const rate = 60;
    const load = await startLoad({ url: stack.url, rate, mix: "path", path: "/healthz" });
    try {
      // Longer than the span the rates are counted over.
      await sleep(12_000);
      const { exitCode, seen } = await status();
      expect([exitCode, seen.problems, seen.healthy, seen.url?.split(":").pop()]).toEqual([
        ...[0, [], true, String(stack.port)],
      ]);
      const lines = seen.services!.map(({ service, desired, running, healthy, draining, restarts }) => {
        return [service, desired, running, healthy, draining, restarts];
      });
      expect(lines).toEqual([
        ["app", 3, 3, 3, 0, 0],
        ["worker", 1, 1, 1, 0, 0],
        ["traefik", 1, 1, 1, 0, 0],
        ["redis", 1, 1, 1, 0, 0],
        ["docker-socket", 1, 1, 1, 0, 0],
        ["healer", 1, 1, 1, 0, 0],
      ]);
      const app = serviceOf(seen, "app");
      expect(app).toMatchObject({
        cpuLimitCores: 1.5,
        memoryLimitMiB: 768,
        revision: await stack.output("appRevision"),
      });
      expect(app.requestsPerSecond! / rate).toBeCloseTo(1, 0);
      for (const { requestsPerSecond, routed, memoryMiB, cpuCores } of app.replicas) {
        expect(requestsPerSecond! / (rate / 3)).toBeCloseTo(1, 0);
        expect(routed).toBe(true);
        expect(memoryMiB).toBeGreaterThan(10);
        expect(memoryMiB).toBeLessThan(256);
        expect(cpuCores).toBeGreaterThan(0);
      }
      expect(seen.loadBalancer).toMatchObject({ routedReplicas: 3, healthyReplicas: 3, serverErrorShare: 0 });
      expect(seen.redis).toMatchObject({ maxMemoryMiB: 160, appendOnlyFile: "ok" });
      expect(seen.redis!.memoryMiB).toBeGreaterThan(0.5);
      expect(seen.redis!.clients).toBeGreaterThanOrEqual(4);
    } finally {
      await load.stop();
    }
  });

  it("has the queue's jobs, and who made the last change with which command", async () => {
    const before = (await status()).seen.queue!.completed;
    for (let job = 0; job < 3; job++) await new Client(stack.url).get(`/enqueue?job=${job}`);
    const seen = await eventually("the jobs are done", async () => {
      const { seen: now } = await status();
      return now.queue?.completed === before + 3 && now;
    });
    expect(seen.queue).toMatchObject({ waiting: 0, active: 0, failed: 0, oldestWaitingSeconds: 0 });
    const [change] = seen.changes!;
    expect(change).toMatchObject({
      ...{ kind: "update", result: "succeeded", message: "npm run up" },
      who: `${userInfo().username}@${hostname()}`,
    });
    expect(change!.resources.create).toBeGreaterThan(20);
    expect(change!.seconds).toBeGreaterThan(1);
  });

  it("tells no secret: neither a password nor the key of the sessions", async () => {
    const replica = [...(await stack.containersOf("app")).keys()][0]!;
    const environment = JSON.parse(await docker("inspect", "--format", "{{json .Config.Env}}", replica)) as string[];
    const valueOf = (name: string) => environment.find((line) => line.startsWith(`${name}=`))!.slice(name.length + 1);
    const secrets = [new URL(valueOf("REDIS_URL")).password, valueOf("SESSION_SECRET")];
    expect(secrets.map((secret) => secret.length >= 32)).toEqual([true, true]);
    const printed = await Promise.all(
      [[], ["--json"]].map((more) => project.ops("status", "--stack", stack.name, ...more)),
    );
    for (const secret of secrets) for (const { output } of printed) expect(output).not.toContain(secret);
  });

  it("names a replica that was stopped, and has exit code 2 until it is back", async () => {
    const [name] = [...(await stack.containersOf("app")).keys()].sort();
    await docker("stop", name!);
    const short = name!.slice(fullName("").length);
    const { exitCode, seen } = await status();
    expect([exitCode, seen.problems]).toEqual([
      2,
      [{ part: "app", problem: `2 of 3 healthy: ${short} exited with 0` }],
    ]);
    expect(serviceOf(seen, "app")).toMatchObject({ desired: 3, running: 2, healthy: 2 });
    const text = await project.ops("status", "--stack", stack.name);
    expect(text.exitCode).toBe(2);
    expect(text.stdout).toContain(`app: 2 of 3 healthy: ${short} exited with 0`);
    expect(Math.max(...text.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text.stdout).not.toContain("\x1b");
    await docker("start", name!);
    await eventually("all is well again", async () => (await status()).exitCode === 0);
  });

  it("shows a replica that leaves as draining, and not as ill", async () => {
    const replica = [...(await stack.containersOf("app")).keys()].sort()[0]!;
    // A drain as long as its longest request: the status has time to see it. One of three goes to it.
    const held = [1, 2, 3].map(() => fetch(`${stack.url}/delay?duration=9000`).catch(() => undefined));
    await sleep(500);
    const stopped = docker("stop", "--time", "30", replica);
    const { seen } = await status();
    await Promise.all([stopped, ...held]);
    await docker("start", replica);
    expect(serviceOf(seen, "app")).toMatchObject({ running: 3, healthy: 2, draining: 1 });
    await eventually("all is well again", async () => (await status()).exitCode === 0);
  });

  it("tells the rest while the load balancer or Redis is stopped", async () => {
    await docker("stop", fullName("traefik"), fullName("redis"));
    const { exitCode, seen } = await status();
    expect([exitCode, seen.loadBalancer, seen.redis, seen.queue]).toEqual([2, null, null, null]);
    expect(seen.problems.map(({ part }) => part)).toEqual(
      expect.arrayContaining(["traefik", "redis", "load balancer", "queue"]),
    );
    expect(serviceOf(seen, "app").running).toBe(3);
    await docker("start", fullName("redis"), fullName("traefik"));
    await eventually("all is well again", async () => (await status()).exitCode === 0);
  });

  it("prints one JSON document a line while it watches, ends with 0 on an interrupt, and sees a change", async () => {
    const watch = project.startOps("status", "--stack", stack.name, "--json", "--watch", "1");
    await stack.set("replicas", "2");
    await stack.up();
    await sleep(12_000);
    watch.kill("SIGINT");
    const { exitCode, stdout } = await watch.result;
    const looks = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Printed);
    expect(exitCode).toBe(0);
    const desired = looks.map((seen) => serviceOf(seen, "app").desired);
    expect([desired[0], desired.at(-1)]).toEqual([3, 2]);
    expect(looks.some(({ underWay }) => underWay?.who === `${userInfo().username}@${hostname()}`)).toBe(true);
    expect(serviceOf(looks.at(-1)!, "app")).toMatchObject({ running: 2, healthy: 2 });
  });
});

describe("a status that can't be had", () => {
  it.each([
    [["--stack", "no-such-stack"], /no stack of this name; there are: test-/],
    [["--watch", "0"], /--watch .*'0' is invalid. allowed: a whole number from 1 to 3600/],
    [["--changes", "many"], /--changes .*'many' is invalid. allowed: a whole number from 0 to 20/],
    [["--nonsense"], /unknown option '--nonsense'/],
  ])("says why, with exit code 1: %j", async (args, why) => {
    const { exitCode, output, stdout } = await project.ops("status", ...args);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(output).toMatch(why);
  });

  it("because the engine is away is only that part: what is declared and the last changes are told", async () => {
    const { exitCode, output } = await project.start(
      ...(["env", "DOCKER_HOST=unix:///nowhere/docker.sock", "node", "--import", "tsx", "ops/status.ts"] as const),
      ...["--stack", stack.name],
    ).result;
    expect(exitCode).toBe(2);
    expect(output).toMatch(/engine: docker ps: Cannot connect to the Docker daemon/);
    expect(output).toMatch(/update {3}succeeded/);
  });
});
