import { ObservedContainer } from "../observed";
import { statusOf } from "./assess";
import { container, declared, observation, wholeStack } from "./example";
import { Observation } from "./look";

/** The status of the whole stack with some of its containers changed. */
function withContainers(change: (one: ObservedContainer) => ObservedContainer[], rest: Partial<Observation> = {}) {
  return statusOf(observation({ containers: { value: wholeStack.flatMap(change) }, ...rest }), 5);
}

const first = (status: ReturnType<typeof statusOf>) => status.services![0]!;

describe("a stack that is as declared", () => {
  const status = statusOf(observation(), 5);

  it("is healthy, and its services are told in the order a request goes", () => {
    expect([status.healthy, status.problems]).toEqual([true, []]);
    const lines = status.services!.map(({ service, revision, desired, healthy }) => [
      service,
      revision,
      desired,
      healthy,
    ]);
    expect(lines).toEqual([
      ["app", "11111111", 2, 2],
      ["worker", "33333333", 1, 1],
      ["traefik", "66666666", 1, 1],
      ["redis", "55555555", 1, 1],
      ["docker-socket", "77777777", 1, 1],
      ["healer", "88888888", 1, 1],
    ]);
  });

  it("has what its replicas use, beside the limits of all of them, and their share of the requests", () => {
    const app = first(status);
    expect(app).toMatchObject({ cpuCores: 0.2, cpuLimitCores: 1, memoryMiB: 128, memoryLimitMiB: 512 });
    expect(app).toMatchObject({ ageSeconds: 600, restarts: 0, requestsPerSecond: 3 });
    const replicas = app.replicas.map(({ name, requestsPerSecond, routed }) => [name, requestsPerSecond, routed]);
    expect(replicas).toEqual([
      ["app-11111111-1", 2, true],
      ["app-11111111-2", 1, true],
    ]);
    expect(status.loadBalancer).toEqual({
      ...{ routedReplicas: 2, healthyReplicas: 2, requestsPerSecond: 3, windowSeconds: 10 },
      serverErrorShare: 1 / 30,
    });
    // A worker takes no requests: that is not the same as none.
    expect(status.services![1]!.requestsPerSecond).toBeNull();
  });

  it("has as many of the last changes as are wanted", () => {
    expect(status.changes).toHaveLength(1);
    expect(statusOf(observation(), 0).changes).toEqual([]);
  });
});

describe("a replica that is missing", () => {
  it.each<[string, Partial<ObservedContainer>, string]>([
    [
      "exited",
      { state: "exited", health: "unhealthy", exitCode: 137, outOfMemory: true },
      "exited with 137, out of memory",
    ],
    ["is paused", { state: "paused" }, "is paused"],
    ["starts", { health: "starting" }, "is starting"],
    ["is ill", { health: "unhealthy" }, "is unhealthy"],
  ])("because it %s is named with the reason", (_, change, reason) => {
    const status = withContainers((one) => [one.name.endsWith("app-11111111-2") ? { ...one, ...change } : one]);
    expect(status.problems).toEqual([{ part: "app", problem: `1 of 2 healthy: app-11111111-2 ${reason}` }]);
    expect(status.healthy).toBe(false);
  });

  it("because it was removed is counted", () => {
    const status = withContainers((one) => (one.service === "app" ? [] : [one]));
    expect(status.problems).toEqual([{ part: "app", problem: "0 of 2 healthy: 2 are not there" }]);
    expect(first(status)).toMatchObject({
      service: "app",
      revision: "11111111",
      desired: 2,
      running: 0,
      ageSeconds: null,
    });
  });

  it("is one of many: the first three are named", () => {
    const apps = [1, 2, 3, 4, 5].map((index) => container("app", "11111111", index, { state: "exited" }));
    const value = [...apps, ...wholeStack.filter(({ service }) => service !== "app")];
    const status = statusOf(
      observation({ containers: { value }, declared: { value: { ...declared, replicas: 5 } } }),
      5,
    );
    expect(status.problems[0]!.problem).toMatch(
      /^0 of 5 healthy: .*-1 .*-2 .*-3 exited with 0, 2 more are not healthy$/,
    );
  });
});

describe("a roll", () => {
  const leaving = [1, 2].map((index) =>
    container("app", "99999999", index + 10, { health: index === 1 ? "unhealthy" : "healthy" }),
  );
  const status = statusOf(
    observation({
      containers: { value: [...leaving, ...wholeStack] },
      phases: new Map([[leaving[0]!.id, "draining"]]),
      routes: { value: ["10.0.0.1", "10.0.0.2", "10.0.0.12"].map((address) => ({ address, up: true })) },
    }),
    5,
  );

  it("has a line for each revision, the declared one first, and what drains is not ill", () => {
    const lines = status.services!.slice(0, 3).map(({ service, revision, desired, running, healthy, draining }) => {
      return [service, revision, desired, running, healthy, draining];
    });
    expect(lines).toEqual([
      ["app", "11111111", 2, 2, 2, 0],
      ["app", "99999999", 0, 2, 1, 1],
      ["worker", "33333333", 1, 1, 1, 0],
    ]);
    expect(status.problems).toEqual([]);
    expect(status.loadBalancer).toMatchObject({ routedReplicas: 3, healthyReplicas: 3 });
  });
});

describe("a part that can't be asked", () => {
  const silent = { problem: "no answer" };

  it.each<[string, Partial<Observation>, string, (status: ReturnType<typeof statusOf>) => unknown]>([
    ["Pulumi", { declared: silent }, "pulumi", ({ changes }) => changes],
    ["the load balancer", { routes: silent }, "load balancer", ({ loadBalancer }) => loadBalancer],
    ["its log", { answers: silent }, "load balancer", ({ loadBalancer }) => loadBalancer],
    ["Redis", { redis: silent }, "redis", ({ redis }) => redis],
    ["the queue", { queue: silent }, "queue", ({ queue }) => queue],
    ["the engine's measurements", { usage: silent }, "usage", (status) => first(status).cpuCores],
  ])("%s: is null, with the reason among the problems, and the rest is told", (_, changes, part, value) => {
    const status = statusOf(observation(changes), 5);
    expect(status.problems).toEqual([{ part, problem: "no answer" }]);
    expect(value(status)).toBeNull();
    expect(first(status).healthy).toBe(2);
  });

  it("the engine: is the one problem, though nothing else could be asked either", () => {
    const unknown = { usage: silent, routes: silent, answers: silent, redis: silent, queue: silent };
    const status = statusOf(observation({ containers: { problem: "refused" }, ...unknown }), 5);
    expect(status.problems).toEqual([{ part: "engine", problem: "refused" }]);
    expect([status.services, status.loadBalancer, status.release]).toEqual([null, null, "aaaaaaaa"]);
  });

  it("Pulumi: what should be there is not known, so nothing is missing", () => {
    const { services } = statusOf(observation({ declared: silent }), 5);
    expect(services!.map(({ desired }) => desired)).toEqual(services!.map(() => null));
  });
});

describe("a stack is not as it should be", () => {
  it("when the load balancer leaves out a healthy replica", () => {
    const routes = {
      value: [
        { address: "10.0.0.1", up: true },
        { address: "10.0.0.2", up: false },
      ],
    };
    expect(statusOf(observation({ routes }), 5).problems).toEqual([
      { part: "load balancer", problem: "routes to 1 of 2 healthy replicas" },
    ]);
  });

  it("when Redis can't write its file", () => {
    const redis = { value: { memoryMiB: 1, maxMemoryMiB: 160, clients: 7, appendOnlyFile: "the last write failed" } };
    expect(statusOf(observation({ redis }), 5).problems).toEqual([
      { part: "redis", problem: "append-only file: the last write failed" },
    ]);
  });

  it("when nothing was ever deployed", () => {
    const value = { ...declared, releases: [], replicas: 0, workerReplicas: 0, parts: {}, history: [] };
    const status = statusOf(observation({ declared: { value }, containers: { value: [] } }), 5);
    expect(status.problems).toContainEqual({
      part: "pulumi",
      problem: "no release is deployed: npm run up -- --stack dev",
    });
  });

  it("when its healer is gone, unless the setting says that there is none", () => {
    const gone = (one: ObservedContainer) => (one.service === "healer" ? [] : [one]);
    expect(withContainers(gone).problems).toEqual([{ part: "healer", problem: "0 of 1 healthy: 1 is not there" }]);
    const config = { "evenkeel:heal": { value: "false" } };
    const value = { ...declared, history: declared.history.map((one) => ({ ...one, config })) };
    expect(withContainers(gone, { declared: { value } }).problems).toEqual([]);
  });
});
