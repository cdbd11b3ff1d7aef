import type { Queue } from "bullmq";
import type { Redis } from "ioredis";

/** The queue at one moment: jobs by state, and how long the oldest has waited. */
export interface QueueReport {
  waiting: number;
  active: number;
  /** Completed jobs that are still kept. */
  completed: number;
  /** Failed jobs that are kept for a look. */
  failed: number;
  /** Jobs that wait for their next attempt. */
  delayed: number;
  /** Seconds; 0 when none waits. */
  oldest_waiting_age_seconds: number;
}

/**
 * When the oldest waiting job was put in: jobs are pushed on the left of the list and taken from its right.
 * KEYS: [1] the waiting list. ARGV: [1] prefix of the jobs' keys. Returns milliseconds since 1970 as text, or nil.
 */
const OLDEST_WAITING = `
local id = redis.call("LINDEX", KEYS[1], -1)
return id and redis.call("HGET", ARGV[1] .. id, "timestamp")`;

/** Reads the queue, in one round trip. Throws what Redis throws. @param redis a client without auto-pipelining */
export async function readQueue(queue: Queue, redis: Redis, now = Date.now()): Promise<QueueReport> {
  const [counts, oldest] = await Promise.all([
    queue.getJobCounts("waiting", "active", "completed", "failed", "delayed"),
    redis.eval(OLDEST_WAITING, 1, queue.toKey("wait"), queue.toKey("")) as Promise<string | null>,
  ]);
  const { waiting = 0, active = 0, completed = 0, failed = 0, delayed = 0 } = counts;
  const waitedMs = oldest === null ? 0 : Math.max(0, now - Number(oldest));
  return { waiting, active, completed, failed, delayed, oldest_waiting_age_seconds: waitedMs / 1000 };
}
