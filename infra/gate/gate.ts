import { restartPolicy } from "../baseline";
import { Identity } from "../identity";
import { replicatedServices } from "../replicated-services";
import { Docker } from "../docker";
import { AskedServices } from "./asked";
import { bake } from "./bake";
import { watchErrors } from "./errors";
import { followEvents } from "./events";
import { Failure, ReleaseFailed, unanswered } from "./failure";
import { untilHealthy } from "./healthy";
import { Replica, replicasOf } from "./replica";
import { GateRequest } from "./request";
import { untilRouted } from "./routed";
import { leaversOf, othersOf, wasHealthy, withdraw } from "./withdraw";

/**
 * Settles when the declared replicas are good, or with what is wrong, when the update must remove nothing.
 *
 * It returns what is wrong instead of throwing it: where an inspector is attached, as the SDK does unless it is kept from it
 * (`infra/loading/lazy-sdk.cjs`), a throw makes V8 look through every promise of the program for who might catch it (36 s of one core, measured).
 */
export type Gate = (request: GateRequest) => Promise<ReleaseFailed | undefined>;

export interface GateOptions {
  readonly docker: Docker;
  readonly identity: Identity;
  /** Docker name of the load balancer, whose access log tells how a new revision answers. */
  readonly balancer: string;
  /** Takes a line of progress. */
  readonly say: (line: string) => void;
  /** Whether the update that asks goes on: one that was killed must not stop what the next one made of its replicas. */
  readonly attended: () => Promise<boolean>;
}

/**
 * The gate between what an update creates and what it removes. Pulumi removes nothing when its program fails, so the
 * program ends in failure unless (1) every declared replica is healthy, (2) the load balancer sends it requests, and, (3) where
 * another revision still serves, the new one has served beside it for `bakeSeconds` without a crash, without becoming unhealthy and
 * without too many 5xx.
 *
 * It looks at what is there, not at what this update did: whatever became of the update before, old replicas go only
 * when the declared ones are good. One that was stopped (by the gate itself, after a bad release) is started again first.
 * When a service's replicas are bad, the new ones of every service are stopped; where they are still being made, once they are.
 */
export function gateOf(options: GateOptions): Gate {
  const { docker, say, attended } = options;
  // A release is good as a whole, or leaves as a whole.
  const all = new AskedServices();
  return async (request) => {
    const { service, revision, policy } = request;
    const result = await judge(request, all, options).catch((error: Error) => error);
    // What another one's failure ends has no more to say.
    if (all.failing) return new Promise<never>(() => undefined);
    if (result === undefined) return undefined;
    if (result instanceof Error) return unanswered(request, result);
    all.failing = true;
    const asked = all.get(service)!;
    const stops = await attended();
    const leavers = stops ? leaversOf(asked) : [];
    if (leavers.length > 0) say(`${service} ${revision}: ${result.replica} ${result.why}; stops the new replicas`);
    const leave = async (name: string) => {
      const leaving = await all.until(name, policy.readyTimeoutSeconds);
      if (leaving) await withdraw(docker, leaversOf(leaving), policy.stopGraceSeconds);
    };
    const [log] = await Promise.all([
      docker.log(result.replica, 10, result.endedAt).catch(() => ""),
      ...(stops ? replicatedServices.map(leave) : []),
    ]);
    const serves = ({ name, status }: Replica) => status === "running" && !leavers.includes(name);
    const serving = othersOf(asked).length > 0 ? asked.before.filter(serves) : [];
    return result.explain({ service, revision, log, serving });
  };
}

/** @returns nothing where all declared replicas are good */
async function judge(
  request: GateRequest,
  all: AskedServices,
  { docker, identity, balancer, say }: GateOptions,
): Promise<Failure | undefined> {
  const { service, revision, replicas: declared, policy } = request;
  if (declared.length === 0) {
    all.take(request, []);
    return undefined;
  }
  const events = followEvents(docker, identity, service);
  const look = async () => {
    const present = await replicasOf(docker, { ...identity, service }, "patient");
    return new Map(present.map((replica) => [replica.name, { ...replica, ...events.ends.get(replica.name) }]));
  };
  let watched: ReturnType<typeof watchErrors> | undefined;
  try {
    const present = [...(await look()).values()];
    const asked = all.take(request, present);
    if (all.failing) return undefined;
    const others = othersOf(asked);
    const bakes = others.length > 0 && policy.bakeSeconds > 0;
    if (bakes) watched = watchErrors({ docker, balancer, declared, ...policy }, events);
    await wake(docker, present, declared);
    const started = await untilHealthy({ declared, bakes, errors: watched?.errors, ...policy }, look, events);
    if (started instanceof Failure) return started;
    const routed = () => untilRouted(declared, { docker, balancer, look });
    const settled = others.length === 0 && declared.every((name) => wasHealthy(asked.before, name));
    const unrouted = settled ? undefined : await routed();
    if (unrouted || !watched) return unrouted;
    say(`${service} ${revision}: healthy; serves beside ${others[0]!.revision} for ${policy.bakeSeconds} s`);
    return await bake({ declared, started, routed, errors: watched.errors, ...policy }, look, events);
  } finally {
    watched?.stop();
    events.stop();
  }
}

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
