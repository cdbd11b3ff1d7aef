import type { HealPolicy } from "./policy";

/** What is known of one replica now. Times are milliseconds of one clock. */
export interface Observation {
  /** Docker name of its container. */
  readonly name: string;
  /** The engine's word for its container: running, paused, restarting, exited, created, ... */
  readonly state: string;
  /** The engine's word for its health check; "starting" until the first success or the end of the start period. */
  readonly health: "starting" | "healthy" | "unhealthy" | "none";
  /** Whether it has an address on the network it is asked over. */
  readonly reachable: boolean;
  /** Probes in a row without any answer; while it is paused each look at it counts as one. */
  readonly failures: number;
  /** What its process said of itself last. */
  readonly phase?: string;
  /** When the healer restarted it, the oldest first. */
  readonly restarts: readonly number[];
}

/** What is to be done about one replica, and why. */
export interface Decision {
  readonly name: string;
  readonly action: "restart" | "leave";
  readonly reason: string;
}

/**
 * Decides which replicas to restart. Pure. One that answers anything, a 503 too, is none of the healer's business: the load
 * balancer and the engine's health check judge answers, the healer silence. One that starts, leaves or is down is the engine's.
 *
 * Restarts are bounded three ways: a replica's in a window, those under way at a time, and none when most of the replicas
 * are silent at once, for then the fault is more likely the network's or the healer's own, and restarts would make it worse.
 *
 * @param now milliseconds, of the clock of the observations
 * @returns one decision for each replica that is silent for too long; none for the others
 */
export function decideHealing(observations: readonly Observation[], policy: HealPolicy, now: number): Decision[] {
  const judged = observations.filter(isJudged);
  const silent = judged.filter(({ failures }) => failures >= policy.failures);
  if (silent.length > 1 && silent.length > judged.length * policy.maxSilentShare) {
    const reason = `${silent.length} of ${judged.length} replicas are silent: the fault is elsewhere`;
    return silent.map(({ name }) => ({ name, action: "leave", reason }));
  }
  const underWay = observations.filter(
    (one) => one.health === "starting" && recent(one, policy, now).length > 0,
  ).length;
  let free = Math.max(1, Math.floor(observations.length * policy.maxRestartingShare)) - underWay;
  return silent.map((one): Decision => {
    const { name } = one;
    if (!one.reachable) return { name, action: "leave", reason: "it has no address on the edge network" };
    const restarts = recent(one, policy, now).length;
    if (restarts >= policy.maxRestarts) {
      const minutes = policy.windowMs / 60_000;
      return { name, action: "leave", reason: `it was restarted ${restarts} times in the last ${minutes} minutes` };
    }
    if (free < 1) return { name, action: "leave", reason: "others are being restarted, its turn comes" };
    free--;
    return { name, action: "restart", reason: silence(one) };
  });
}

/** Whether a replica's silence would mean something: it has started, is up, and does not leave. */
function isJudged({ state, health, phase }: Observation): boolean {
  return (state === "running" || state === "paused") && health !== "starting" && !isLeaving(phase);
}

function isLeaving(phase: string | undefined): boolean {
  return phase === "draining" || phase === "stopped";
}

function recent({ restarts }: Observation, { windowMs }: HealPolicy, now: number): readonly number[] {
  return restarts.filter((at) => at > now - windowMs);
}

function silence({ state, failures }: Observation): string {
  return state === "paused" ? `paused, seen ${failures} times` : `no answer to ${failures} probes in a row`;
}
