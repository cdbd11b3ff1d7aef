import { pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import type { Redis } from "ioredis";
import { KEY_PREFIX } from "../../runtime/redis";

/** About 2 ms of one core. */
const ROUNDS = 4000;

const derive = promisify(pbkdf2);

/** A short fixed piece of CPU work, in Node's thread pool and not on the event loop, and a round trip to Redis. */
export class LoadTest {
  constructor(private readonly redis: Redis) {}

  /** Resolves to how often it ran, on all replicas. Throws what Redis throws. */
  async run(): Promise<number> {
    const [count] = await Promise.all([
      this.redis.incr(`${KEY_PREFIX}load_test_count`),
      derive("load", "test", ROUNDS, 32, "sha256"),
    ]);
    return count;
  }
}
