import * as fc from "fast-check";

import { decideHealing, type Observation } from "./decide";
import { healPolicy } from "./policy";

const policy = healPolicy(5);
const now = 10_000_000;

/** A replica that answers; what is given differs from that. */
function replica(name: string, differs: Partial<Observation> = {}): Observation {
  return {
    name,
    state: "running",
    health: "healthy",
    reachable: true,
    failures: 0,
    phase: "ready",
    restarts: [],
    ...differs,
  };
}

const silent = (name: string, differs: Partial<Observation> = {}) =>
  replica(name, { failures: policy.failures, ...differs });

const answering = (count: number) => Array.from({ length: count }, (_, index) => replica(`up-${index}`));

const decide = (...observations: Observation[]) => decideHealing(observations, policy, now);

describe("decideHealing", () => {
  it("restarts the one replica that is silent for long enough, and says nothing of the others", () => {
    expect(decide(...answering(2), silent("hung"))).toEqual([
      { name: "hung", action: "restart", reason: "no answer to 3 probes in a row" },
    ]);
  });

  it("restarts a paused one, and an unhealthy one", () => {
    expect(decide(...answering(2), silent("paused", { state: "paused" }))).toEqual([
      { name: "paused", action: "restart", reason: "paused, seen 3 times" },
    ]);
    expect(decide(...answering(2), silent("sick", { health: "unhealthy" }))[0]!.action).toBe("restart");
  });

  it("waits while a replica was silent for less", () => {
    expect(decide(...answering(2), replica("slow", { failures: policy.failures - 1 }))).toEqual([]);
  });

  it.each([
    ["starts", { health: "starting" }],
    ["drains", { phase: "draining", health: "unhealthy" }],
    ["has stopped", { phase: "stopped" }],
    ["is down", { state: "exited" }],
    ["is being restarted by the engine", { state: "restarting" }],
  ] as const)("leaves alone one that %s", (_, differs) => {
    expect(decide(...answering(2), silent("one", differs))).toEqual([]);
  });

  it("heals the only replica there is", () => {
    expect(decide(silent("alone"))).toMatchObject([{ name: "alone", action: "restart" }]);
  });

  it("restarts none when more than half are silent at once", () => {
    const reason = "2 of 3 replicas are silent: the fault is elsewhere";
    expect(decide(...answering(1), silent("a"), silent("b"))).toEqual([
      { name: "a", action: "leave", reason },
      { name: "b", action: "leave", reason },
    ]);
  });

  it("restarts one at a time among few, a fifth among many, and counts those that start again", () => {
    const restarted = (list: ReturnType<typeof decide>) => list.filter(({ action }) => action === "restart").length;
    expect(restarted(decide(...answering(2), silent("a"), silent("b")))).toBe(1);
    const four = ["a", "b", "c", "d"].map((name) => silent(name));
    expect(restarted(decide(...answering(11), ...four))).toBe(3);
    const starting = replica("e", { health: "starting", restarts: [now - 1000] });
    expect(restarted(decide(...answering(10), ...four, starting))).toBe(2);
  });

  it("stops restarting a replica that falls silent again and again, until the window is over", () => {
    const restarts = [now - 300_000, now - 200_000, now - 100_000];
    expect(decide(...answering(2), silent("hopeless", { restarts }))).toEqual([
      { name: "hopeless", action: "leave", reason: "it was restarted 3 times in the last 10 minutes" },
    ]);
    const later = decideHealing([...answering(2), silent("hopeless", { restarts })], policy, now + 310_000);
    expect(later[0]!.action).toBe("restart");
  });

  it("leaves alone one that has lost its address, which a restart does not give back", () => {
    expect(decide(...answering(2), silent("cut", { reachable: false }))).toEqual([
      { name: "cut", action: "leave", reason: "it has no address on the edge network" },
    ]);
  });

  const anyReplica = fc.record({
    state: fc.constantFrom("running", "paused", "exited", "restarting", "created"),
    health: fc.constantFrom("starting", "healthy", "unhealthy", "none"),
    reachable: fc.boolean(),
    failures: fc.integer({ min: 0, max: 10 }),
    phase: fc.constantFrom(undefined, "starting", "ready", "draining", "stopped"),
    restarts: fc.array(fc.integer({ min: now - 1_200_000, max: now }), { maxLength: 5 }),
  });
  const anyStack = fc
    .array(anyReplica, { maxLength: 60 })
    .map((list) => list.map((one, index): Observation => ({ name: `replica-${index}`, ...one }) as Observation));

  it("never restarts more than its share, one that answers, starts or leaves, nor one too often", () => {
    fc.assert(
      fc.property(anyStack, (stack) => {
        const restarts = decideHealing(stack, policy, now).filter(({ action }) => action === "restart");
        const of = (name: string) => stack.find((one) => one.name === name)!;
        expect(restarts.length).toBeLessThanOrEqual(Math.max(1, stack.length * policy.maxRestartingShare));
        for (const { name } of restarts) {
          const { failures, health, phase, state, restarts: earlier } = of(name);
          expect(failures).toBeGreaterThanOrEqual(policy.failures);
          expect(["running", "paused"]).toContain(state);
          expect(health).not.toBe("starting");
          expect(["draining", "stopped"]).not.toContain(phase);
          expect(earlier.filter((at) => at > now - policy.windowMs).length).toBeLessThan(policy.maxRestarts);
        }
      }),
    );
  });

  it("decides once about each replica, each time the same, whatever their order", () => {
    fc.assert(
      fc.property(anyStack, (stack) => {
        const decisions = decideHealing(stack, policy, now);
        expect(new Set(decisions.map(({ name }) => name)).size).toBe(decisions.length);
        const turned = decideHealing([...stack].reverse(), policy, now);
        expect(new Set(turned.map(({ name }) => name))).toEqual(new Set(decisions.map(({ name }) => name)));
        const restarts = (list: typeof decisions) => list.filter(({ action }) => action === "restart").length;
        expect(restarts(turned)).toBe(restarts(decisions));
      }),
    );
  });
});

describe("healPolicy", () => {
  it.each([
    [3, 1],
    [5, 3],
    [6, 4],
    [300, 298],
  ])("restarts within %i seconds, after %i probes without an answer", (seconds, failures) => {
    const { intervalMs, silentIntervalMs, timeoutMs, ...rest } = healPolicy(seconds);
    expect(rest.failures).toBe(failures);
    expect(intervalMs + (failures - 1) * silentIntervalMs + timeoutMs).toBe(seconds * 1000);
  });
});
