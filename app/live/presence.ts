import type { Redis } from "ioredis";
import { KEY_PREFIX } from "../../runtime/redis";
import type { Identity } from "../../runtime/identity";
import type { Lifecycle } from "../../runtime/lifecycle";

/** Milliseconds between two signs of life. */
export const BEAT_MS = 2000;

/** Milliseconds after which a replica without a sign of life is shown as lost: two beats did not come. */
export const LOST_MS = 5000;

/** Milliseconds after which a lost replica is forgotten. */
const FORGET_MS = 20_000;

/** Requests are told for this many beats back: the last minute. */
const RECENT_BEATS = 60_000 / BEAT_MS;

const INDEX = `${KEY_PREFIX}replicas`;
const keyOf = (instance: string) => `${KEY_PREFIX}replica:${instance}`;

/** What a replica tells of itself with each sign of life. */
interface Beat {
  instance: string;
  hostname: string;
  revision: string;
  state: "ready" | "draining";
  /** Requests served since its start. */
  requests: number;
  /** Requests served in the last minute. */
  recent: number;
  /** When it started, in milliseconds since 1970. */
  startedAt: number;
}

/** A replica as the page shows it. `lost`: it went without a word, or can not reach Redis. */
export interface Replica extends Omit<Beat, "state"> {
  state: Beat["state"] | "lost";
}

export interface PresenceOptions {
  identity: Identity;
  lifecycle: Pick<Lifecycle, "draining">;
  redis: Redis;
  /** Requests served since the start. */
  requests: () => number;
}

/** Tells the other replicas that this one serves: one small write every two seconds, whatever the load. */
export class Presence {
  private timer: NodeJS.Timeout | undefined;
  private left = false;
  private readonly startedAt = Math.round(Date.now() - process.uptime() * 1000);
  /** The total at each of the last beats, oldest first. */
  private readonly totals: number[] = [0];

  constructor(private readonly options: PresenceOptions) {
    // The page shows the drain when it starts, not up to two seconds later.
    options.lifecycle.draining.addEventListener("abort", () => void this.beat(), { once: true });
  }

  /** Tells it now and from now on. Its timer does not keep the process alive. */
  start(): void {
    void this.beat();
    this.timer = setInterval(() => {
      this.totals.push(this.options.requests());
      this.totals.splice(0, this.totals.length - RECENT_BEATS);
      void this.beat();
    }, BEAT_MS).unref();
  }

  /** Says goodbye, so that a stopped replica is not taken for a lost one. Never throws. */
  async leave(): Promise<void> {
    clearInterval(this.timer);
    this.left = true;
    const { redis, identity } = this.options;
    await Promise.all([redis.del(keyOf(identity.instance)), redis.srem(INDEX, identity.instance)]).catch(
      () => undefined, // Redis is away: the key expires.
    );
  }

  private async beat(): Promise<void> {
    const { redis, identity, lifecycle } = this.options;
    if (this.left) {
      return;
    }
    const requests = this.options.requests();
    const beat: Beat = {
      instance: identity.instance,
      hostname: identity.hostname,
      revision: identity.revision,
      state: lifecycle.draining.aborted ? "draining" : "ready",
      requests,
      recent: requests - this.totals[0]!,
      startedAt: this.startedAt,
    };
    // While Redis is away there is nobody to tell, and its client has logged it.
    await Promise.all([
      redis.set(keyOf(identity.instance), JSON.stringify(beat), "PX", FORGET_MS),
      redis.sadd(INDEX, identity.instance),
    ]).catch(() => undefined);
  }
}

/** Every replica that gave a sign of life lately, in the order of their names. Throws what Redis throws. */
export async function readReplicas(redis: Redis): Promise<Replica[]> {
  const instances = await redis.smembers(INDEX);
  const seen = await Promise.all(
    instances.map(async (instance) => {
      const key = keyOf(instance);
      const [beat, leftMs] = await Promise.all([redis.get(key), redis.pttl(key)]);
      return { instance, beat, leftMs };
    }),
  );
  const gone = seen.filter(({ beat }) => beat === null).map(({ instance }) => instance);
  if (gone.length > 0) {
    // One that is there after all adds itself again with its next beat.
    await redis.srem(INDEX, ...gone);
  }
  return seen
    .flatMap(({ beat, leftMs }) => (beat === null ? [] : [asReplica(JSON.parse(beat) as Beat, leftMs)]))
    .sort((a, b) => a.instance.localeCompare(b.instance, "en", { numeric: true }));
}

/** @param leftMs until the sign of life expires: how old it is, told without comparing two machines' clocks */
function asReplica(beat: Beat, leftMs: number): Replica {
  return { ...beat, state: FORGET_MS - leftMs > LOST_MS ? "lost" : beat.state };
}
