import type { Redis } from "ioredis";
import { KEY_PREFIX } from "../../runtime/redis";

/** Seconds a session is kept after its last visit. */
const SESSION_SECONDS = 3600;

const GLOBAL_COUNT = `${KEY_PREFIX}global_count`;
const sessionKey = (id: string) => `${KEY_PREFIX}session:${id}`;

export interface Visit {
  /** Visits of this session, this one included. */
  session: number;
  /** Visits of all sessions, this one included. */
  global: number;
}

/** Counts visits, in one round trip. Throws what Redis throws. */
export class Visits {
  constructor(private readonly redis: Redis) {}

  async count(sessionId: string): Promise<Visit> {
    const key = sessionKey(sessionId);
    const [session, , global] = await Promise.all([
      this.redis.hincrby(key, "visits", 1),
      this.redis.expire(key, SESSION_SECONDS),
      this.redis.incr(GLOBAL_COUNT),
    ]);
    return { session, global };
  }

  /** The counts as they are, in the order of the sessions, 0 for one that expired. */
  async look(sessionIds: readonly string[]): Promise<{ sessions: number[]; global: number }> {
    const [global, ...visits] = await Promise.all([
      this.redis.get(GLOBAL_COUNT),
      ...sessionIds.map((id) => this.redis.hget(sessionKey(id), "visits")),
    ]);
    return { global: Number(global ?? 0), sessions: visits.map((count) => Number(count ?? 0)) };
  }
}
