import type { Redis } from "ioredis";
import { KEY_PREFIX } from "../../runtime/redis";
import type { RequestCount } from "../request-count";
import { GLOBAL_COUNT } from "./visits";

/** Milliseconds between two reports of this replica. */
const REPORT_MS = 1000;

/** Seconds after which a replica that reports nothing is forgotten. */
const FORGET_SECONDS = 7 * 24 * 3600;

/** Sessions noted before they are reported early. While Redis is away no more are kept: those seen after them are lost. */
const MAX_NOTED = 5000;

/** Parts a session's time is counted in: what `sessions` says is at most this fraction of it behind. */
const PARTS = 60;

const INSTANCES = `${KEY_PREFIX}instances`;
const REQUESTS = `${KEY_PREFIX}requests:`;

/**
 * Requests by instance.
 * KEYS: [1] sorted set of instances by their last report, in seconds. ARGV: [1] prefix of the counters' keys, [2] the oldest report that
 * is not forgotten. Returns instance, count, instance, count, ...
 */
const READ_REQUESTS = `
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", "(" .. ARGV[2])
local answer = {}
for _, instance in ipairs(redis.call("ZRANGE", KEYS[1], 0, -1)) do
  answer[#answer + 1] = instance
  answer[#answer + 1] = redis.call("GET", ARGV[1] .. instance) or "0"
end
return answer`;

export interface StatisticsReport {
  /** Requests by instance since it first reported. */
  requests: Record<string, number>;
  /** Sessions seen within their time; from a few thousand on an estimate, within 1 %. */
  sessions: number;
  /** Visits of all sessions. */
  global: number;
}

export interface StatisticsOptions {
  redis: Redis;
  /** Names this replica. */
  instance: string;
  requests: RequestCount;
  /** How long a session is kept after its last visit. */
  sessionSeconds: number;
}

/**
 * Numbers all replicas gather in Redis: `requests:<instance>` and the sessions seen (a HyperLogLog for each sixtieth of a session's
 * time, so their memory is bounded whatever the number of sessions). Each replica reports once a second and not once a request, so the
 * others' numbers are up to a second old.
 */
export class Statistics {
  private timer: NodeJS.Timeout | undefined;
  private reported = 0;
  private noted = new Set<string>();

  constructor(private readonly options: StatisticsOptions) {}

  /** Reports from now on. Its timer does not keep the process alive. */
  start(): void {
    this.timer = setInterval(() => void this.report(), REPORT_MS).unref();
  }

  /** Reports a last time. Never throws. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.report();
  }

  sawSession(id: string): void {
    if (this.noted.size < MAX_NOTED) {
      this.noted.add(id);
    }
    if (this.noted.size >= MAX_NOTED) {
      void this.report();
    }
  }

  /** Reads all numbers, in one round trip. Throws what Redis throws. */
  async read(): Promise<StatisticsReport> {
    const { redis } = this.options;
    void this.report(); // Goes out in front of the questions.
    const [pairs, sessions, global] = await Promise.all([
      redis.eval(READ_REQUESTS, 1, INSTANCES, REQUESTS, nowSeconds() - FORGET_SECONDS) as Promise<string[]>,
      redis.pfcount(...this.sessionKeys()),
      redis.get(GLOBAL_COUNT),
    ]);
    const requests = Object.fromEntries(
      pairs.flatMap((name, at) => (at % 2 ? [] : [[name, Number(pairs[at + 1])] as const])),
    );
    return { requests, sessions, global: Number(global) };
  }

  /** Sends what is new. Lost when Redis goes away in this moment: an INCRBY sent twice would count double. Never rejects. */
  private async report(): Promise<void> {
    const { redis, instance, requests, sessionSeconds } = this.options;
    const news = requests.total - this.reported;
    if (redis.status !== "ready" || (news === 0 && this.noted.size === 0)) {
      return;
    }
    const ids = [...this.noted];
    this.noted = new Set();
    this.reported = requests.total;
    const [key] = this.sessionKeys();
    const sessions = async () => {
      if (ids.length > 0 && key) {
        await Promise.all([redis.pfadd(key, ...ids), redis.expire(key, sessionSeconds + 2 * this.partSeconds)]);
      }
    };
    await Promise.allSettled([
      redis.incrby(REQUESTS + instance, news),
      redis.expire(REQUESTS + instance, FORGET_SECONDS),
      redis.zadd(INSTANCES, nowSeconds(), instance),
      sessions(), // A function of its own, so that what it throws is a rejection too.
    ]);
  }

  private get partSeconds(): number {
    return Math.ceil(this.options.sessionSeconds / PARTS);
  }

  /** The keys of all parts of a session's time, the current one first. */
  private sessionKeys(): string[] {
    const part = Math.floor(nowSeconds() / this.partSeconds);
    const count = Math.ceil(this.options.sessionSeconds / this.partSeconds) + 1;
    return Array.from({ length: count }, (_, back) => `${KEY_PREFIX}sessions:${part - back}`);
  }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
