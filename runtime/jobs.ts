import { Queue, type JobsOptions, type QueueOptions, type WorkerOptions } from "bullmq";
import type { Redis } from "ioredis";
import * as z from "zod";
import { KEY_PREFIX } from "./redis";

/** The queue's contract: all that app and worker know of each other. */
export const QUEUE_NAME = "jobs";
export const QUEUE_PREFIX = `${KEY_PREFIX}bull`;

/** The kinds of job, each with its payload. A payload is checked where it is put in and where it is taken out. */
export const payloads = {
  /** What `GET /enqueue?job=` puts in: says it was done. */
  echo: z.object({ job: z.string().min(1).max(1024) }),
  /** Takes its time: `milliseconds` from 0 to 10 minutes. */
  sleep: z.object({ milliseconds: z.int().min(0).max(600_000) }),
};

export type JobName = keyof typeof payloads;
export type Payload<N extends JobName> = z.infer<(typeof payloads)[N]>;

/** Attempts, pauses between them and how long a finished job can be looked up. */
const jobOptions: JobsOptions = {
  attempts: 3,
  backoff: { type: "exponential", delay: 1000 },
  removeOnComplete: { age: 3600, count: 1000 },
  removeOnFail: { age: 7 * 24 * 3600, count: 1000 },
};

/**
 * The options by which a dead worker's jobs are taken over. Its lock lives up to `lockDuration` after the kill; a check marks
 * the job, the next one moves it: at worst lockDuration + 2 * stalledInterval, 9 seconds (by default 90). The lock is renewed
 * every half of its time, so a handler that blocks the event loop for longer than 2.5 seconds loses its job to another worker: work
 * of that kind belongs off the event loop.
 *
 * `maxStalledCount`: how many deaths of its worker a job survives. The default, 1, fails a job that was unlucky twice.
 * `runRetryDelay`: BullMQ's 15 seconds of rest after a lost connection, cut to one.
 */
export const workerOptions = {
  prefix: QUEUE_PREFIX,
  lockDuration: 5000,
  stalledInterval: 2000,
  maxStalledCount: 5,
  runRetryDelay: 1000,
} satisfies Partial<WorkerOptions>;

/**
 * The producer's side. The client stays the caller's: close it yourself.
 *
 * The version check is off because a failure in it (one lost packet at the first connect) leaves a Queue unusable for good;
 * the version is pinned by the stack.
 */
export function createQueue(connection: Redis): Queue {
  const options: QueueOptions = {
    connection,
    prefix: QUEUE_PREFIX,
    skipVersionCheck: true,
    defaultJobOptions: jobOptions,
  };
  return new Queue(QUEUE_NAME, options);
}
