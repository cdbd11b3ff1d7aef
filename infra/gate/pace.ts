import { Docker } from "../docker";
import { Identity } from "../identity";
import { Events, followEvents } from "./events";
import { Replica, replicasOf } from "./replica";
import { judgeStart } from "./verdict";

/** Replicas that an update declares, of which the engine may have some already. */
export interface PaceRequest {
  readonly service: string;
  /** Their Docker names, in the order in which they may start. */
  readonly replicas: readonly string[];
  /** Seconds a replica may take to become healthy. */
  readonly readyTimeoutSeconds: number;
  /** Ends the update when one of these replicas is bad. Asked when those that were let in do not become healthy. */
  readonly judge: (replicas: readonly string[]) => Promise<unknown>;
}

/** Says of each replica, in the order of the request, when it may be created. */
export type Pace = (request: PaceRequest) => readonly Promise<void>[];

/** As many may always start side by side: a pace would only slow them. */
export const leastWidth = 4;

/** How many replicas may start side by side on an engine with so many cores. */
export const widthFor = (cores: number) => Math.max(leastWidth, 2 * cores);

/** What happened is told by events; in case one was missed, it looks after so long. In milliseconds. */
const lookEveryMs = 3000;

/**
 * Lets new replicas start a few at a time: as many as come up side by side without starving those that serve (docs/design.md,
 * "Many replicas"). Replicas that the engine has already are not held. It is an aid: where the engine can't be asked, all may start.
 */
export function paceOf({ docker, identity }: { readonly docker: Docker; readonly identity: Identity }): Pace {
  return (request) => {
    const open: (() => void)[] = [];
    const turns = request.replicas.map(() => new Promise<void>((resolve) => open.push(resolve)));
    const letIn = (name: string) => open[request.replicas.indexOf(name)]!();
    if (turns.length <= leastWidth) open.forEach((resolve) => resolve());
    else {
      const events = followEvents(docker, identity, request.service);
      void letAllIn(request, letIn, events, docker, identity)
        .catch(() => open.forEach((resolve) => resolve()))
        .finally(() => events.stop());
    }
    return turns;
  };
}

async function letAllIn(
  { service, replicas, readyTimeoutSeconds, judge }: PaceRequest,
  letIn: (name: string) => void,
  events: Events,
  docker: Docker,
  identity: Identity,
): Promise<void> {
  const look = async () =>
    new Map((await replicasOf(docker, { ...identity, service })).map((replica) => [replica.name, replica]));
  const [cores, before] = await Promise.all([docker.run("info", "--format", "{{.NCPU}}"), look()]);
  const width = widthFor(Number(cores) || 1);
  replicas.filter((name) => before.has(name)).forEach(letIn);
  const waiting = replicas.filter((name) => !before.has(name));
  // Those on their way, and since when the engine has each.
  const starting = new Map<string, number | undefined>();
  for (let lookedAt = Date.now(); ;) {
    for (const name of waiting.splice(0, Math.max(0, width - starting.size))) {
      starting.set(name, undefined);
      letIn(name);
    }
    if (waiting.length === 0) return;
    await events.next(lookEveryMs);
    events.healthy.forEach((name) => starting.delete(name));
    if (Date.now() - lookedAt < lookEveryMs) continue;
    lookedAt = Date.now();
    const present = await look();
    for (const [name, since] of starting) {
      const replica = present.get(name);
      if (replica?.health === "healthy") starting.delete(name);
      else if (replica) starting.set(name, since ?? lookedAt);
    }
    const stuck = ([name, since = lookedAt]: [string, number?]) =>
      lookedAt - since > readyTimeoutSeconds * 1000 || isBad(present.get(name));
    // Those that are there decide: for a bad release no more are made.
    if ([...starting].some(stuck)) await judge(replicas.filter((name) => present.has(name)));
  }
}

/** One that is not there is yet to be created. */
const isBad = (replica: Replica | undefined) => replica !== undefined && judgeStart(replica, 0).state === "bad";
