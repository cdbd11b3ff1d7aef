import { Queue, type QueueOptions, type WorkerOptions } from "bullmq";
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

export function isJobName(name: string): name is JobName {
  return Object.hasOwn(payloads, name);
}

/** How often a job is tried. */
export interface AttemptOptions {
  /** Attempts in all. @default 3 */
  attempts: number;
  /** Seconds before the second attempt; each later pause is twice as long. @default 1 */
  backoffSeconds: number;
}

const defaultAttempts: AttemptOptions = { attempts: 3, backoffSeconds: 1 };

/** Finished jobs kept at most, of each kind, whatever their age: a bound for Redis's memory. */
const MAX_KEPT = 10_000;

/** Which finished jobs BullMQ keeps. */
export function keptJobs({ retentionHours }: Pick<ConsumeOptions, "retentionHours">) {
  return { age: retentionHours * 3600, count: MAX_KEPT };
}

/** What a worker's settings come to. */
export interface ConsumeOptions {
  /** Hours a finished job, completed or failed, can be looked up. */
  retentionHours: number;
  /** Seconds until the jobs of a worker that died are another's, at worst. */
  takeoverSeconds: number;
}

/**
 * The options by which a dead worker's jobs are taken over. Its lock lives up to `lockDuration` after the kill; a check marks
 * the job, the next one moves it: at worst lockDuration + 2 * stalledInterval (by BullMQ's defaults 90 seconds). The lock is renewed
 * every half of its time, so a handler that blocks the event loop for longer than that loses its job to another worker: work
 * of that kind belongs off the event loop.
 *
 * `maxStalledCount`: how many deaths of its worker a job survives. The default, 1, fails a job that was unlucky twice.
 * `runRetryDelay`: BullMQ's 15 seconds of rest after a lost connection, cut to one.
 * No `removeOnComplete`: see `worker/clearing.ts`.
 */
export function workerOptions(options: ConsumeOptions) {
  const { takeoverSeconds } = options;
  return {
    prefix: QUEUE_PREFIX,
    lockDuration: takeoverSeconds * 500,
    stalledInterval: takeoverSeconds * 250,
    maxStalledCount: 5,
    runRetryDelay: 1000,
    removeOnFail: keptJobs(options),
  } satisfies Partial<WorkerOptions>;
}

/**
 * The producer's side. The client stays the caller's: close it yourself.
 *
 * The version check is off because a failure in it (one lost packet at the first connect) leaves a Queue unusable for good;
 * the version is pinned by the stack.
 */
export function createQueue(connection: Redis, options: AttemptOptions = defaultAttempts): Queue {
  const { attempts, backoffSeconds } = options;
  const queueOptions: QueueOptions = {
    connection,
    prefix: QUEUE_PREFIX,
    skipVersionCheck: true,
    defaultJobOptions: { attempts, backoff: { type: "exponential", delay: backoffSeconds * 1000 } },
  };
  return new Queue(QUEUE_NAME, queueOptions);
}
