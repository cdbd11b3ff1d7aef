import type { Redis } from "ioredis";
import { KEY_PREFIX } from "../../runtime/redis";

/** Seconds a session is kept after its last visit. */
const SESSION_SECONDS = 3600;

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
    const key = `${KEY_PREFIX}session:${sessionId}`;
    const [session, , global] = await Promise.all([
      this.redis.hincrby(key, "visits", 1),
      this.redis.expire(key, SESSION_SECONDS),
      this.redis.incr(`${KEY_PREFIX}global_count`),
    ]);
    return { session, global };
  }
}
