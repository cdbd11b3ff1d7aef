import { restartPolicy } from "../baseline";
import { Identity } from "../identity";
import { bake } from "./bake";
import { Docker } from "../docker";
import { followEvents } from "./events";
import { Failure, ReleaseFailed } from "./failure";
import { untilHealthy } from "./healthy";
import { Replica, replicasOf } from "./replica";
import { untilRouted } from "./routed";

/** How long the gate waits, and what it lets pass. */
export interface GatePolicy {
  /** Seconds a replica may take to become healthy. */
  readonly readyTimeoutSeconds: number;
  /** Seconds a new revision serves beside the old one before the old one may go. */
  readonly bakeSeconds: number;
  /** Share of answers with 5xx, in percent, above which a revision counts as bad while it bakes; 100 lets all pass. */
  readonly bakeMaxErrorPercent: number;
  /** Seconds a replica that is stopped has before it is killed. */
  readonly stopGraceSeconds: number;
}

/** The replicas an update declares of one service. */
export interface GateRequest {
  readonly service: string;
  readonly revision: string;
  /** Their Docker names. */
  readonly replicas: readonly string[];
  readonly policy: GatePolicy;
}

/**
 * Settles when the declared replicas are good, or with what is wrong, when the update must remove nothing.
 *
 * It returns what is wrong instead of throwing it: in a Pulumi program an inspector is attached, and with it a throw
 * makes V8 look through every promise of the program for who might catch it (36 s of one core, measured).
 */
export type Gate = (request: GateRequest) => Promise<ReleaseFailed | undefined>;

export interface GateOptions {
  readonly docker: Docker;
  readonly identity: Identity;
  /** Docker name of the load balancer, whose access log tells how a new revision answers. */
  readonly balancer: string;
  /** Takes a line of progress. */
  readonly say: (line: string) => void;
}

/**
 * The gate between what an update creates and what it removes. Pulumi removes nothing when its program fails, so the
 * program ends in failure unless (1) every declared replica is healthy, (2) the load balancer sends it requests, and, (3) where
 * another revision still serves, the new one has served beside it for `bakeSeconds` without a crash, without becoming unhealthy and
 * without too many 5xx.
 *
 * It looks at what is there, not at what this update did: whatever became of the update before, old replicas go only
 * when the declared ones are good. One that was stopped (by the gate itself, after a bad release) is started again first.
 */
export function gateOf({ docker, identity, balancer, say }: GateOptions): Gate {
  return async ({ service, revision, replicas, policy }) => {
    if (replicas.length === 0) return undefined;
    const events = followEvents(docker, identity, service);
    const look = async () => {
      const present = await replicasOf(docker, { ...identity, service });
      return new Map(present.map((replica) => [replica.name, { ...replica, ...events.ends.get(replica.name) }]));
    };
    try {
      const before = [...(await look()).values()];
      const others = before.filter((item) => item.revision !== revision && item.status === "running");
      await wake(docker, before, replicas);
      let result = await untilHealthy(replicas, policy.readyTimeoutSeconds, look, events);
      const settled = others.length === 0 && replicas.every((name) => wasHealthy(before, name));
      if (!(result instanceof Failure) && !settled) {
        result = (await untilRouted(replicas, { docker, balancer, look })) ?? result;
      }
      if (!(result instanceof Failure) && others.length > 0 && policy.bakeSeconds > 0) {
        say(`${service} ${revision}: healthy; serves beside ${others[0]!.revision} for ${policy.bakeSeconds} s`);
        const baked = await bake({ docker, balancer, declared: replicas, restarts: result, ...policy }, look, events);
        result = baked ?? result;
      }
      if (!(result instanceof Failure)) return undefined;
      const log = await docker.log(result.replica, 10).catch(() => "");
      // They stay for a look at them; the next update starts them again or removes them.
      if (others.length > 0) await stop(docker, replicas, policy.stopGraceSeconds);
      return result.explain({ service, revision, log, serving: others });
    } finally {
      events.stop();
    }
  };
}

const wasHealthy = (before: readonly Replica[], name: string) =>
  before.some((replica) => replica.name === name && replica.status === "running" && replica.health === "healthy");

/** Starts the declared replicas that are there and not running. */
async function wake(docker: Docker, present: readonly Replica[], declared: readonly string[]): Promise<void> {
  const mine = present.filter(({ name }) => declared.includes(name));
  const stopped = mine.filter(({ status }) => status === "exited" || status === "created");
  const paused = mine.filter(({ status }) => status === "paused");
  if (stopped.length > 0) {
    const names = stopped.map(({ name }) => name);
    await docker.run("update", "--restart", restartPolicy, ...names);
    await docker.run("start", ...names);
  }
  if (paused.length > 0) await docker.run("unpause", ...paused.map(({ name }) => name));
}

/** A bad release does not come back with the engine. */
async function stop(docker: Docker, names: readonly string[], graceSeconds: number): Promise<void> {
  await docker.run("update", "--restart", "no", ...names).catch(() => undefined);
  await docker.run("stop", "--time", String(graceSeconds), ...names).catch(() => undefined);
}
