import type { Redis } from "ioredis";
import { KEY_PREFIX } from "../../runtime/redis";

export interface Visit {
  /** Visits of this session, this one included. */
  session: number;
  /** Visits of all sessions, this one included. */
  global: number;
}

/** Where the visits of all sessions are counted. */
export const GLOBAL_COUNT = `${KEY_PREFIX}global_count`;

const keyOf = (sessionId: string) => `${KEY_PREFIX}session:${sessionId}`;

/** Counts visits, in one round trip. Throws what Redis throws. */
export class Visits {
  /** @param sessionSeconds how long a session is kept after its last visit */
  constructor(
    private readonly redis: Redis,
    private readonly sessionSeconds: number,
  ) {}

  async count(sessionId: string): Promise<Visit> {
    const key = keyOf(sessionId);
    const [session, , global] = await Promise.all([
      this.redis.hincrby(key, "visits", 1),
      this.redis.expire(key, this.sessionSeconds),
      this.redis.incr(GLOBAL_COUNT),
    ]);
    return { session, global };
  }

  /** Looks without counting: the visits of each of these sessions, in their order, and of all. */
  async look(sessionIds: readonly string[]): Promise<{ sessions: number[]; global: number }> {
    const [global, ...sessions] = await Promise.all([
      this.redis.get(GLOBAL_COUNT),
      ...sessionIds.map((id) => this.redis.hget(keyOf(id), "visits")),
    ]);
    return { sessions: sessions.map(Number), global: Number(global) };
  }
}
