import { setTimeout as sleep } from "node:timers/promises";
import { createQueue } from "../../runtime/jobs";
import { MeasuredProcess } from "./process";
import type { BenchRedis } from "./redis";
import { rotated } from "../statistics";

export interface JobRun {
  jobsPerSecond: number;
  /** The worker's share of its core, 0 to 1. */
  cpu: number;
}

/** How to start a worker that is measured. */
export interface WorkerKind {
  name: string;
  file: string;
  env: Record<string, string>;
}

export interface JobsOptions {
  repeats: number;
  /** Jobs of each measurement. */
  jobs: number;
  interrupted: AbortSignal;
  say: (line: string) => void;
}

/** Jobs that a worker does before it is measured: until then Node.js compiles what runs often. */
const WARM_UP = 10_000;

/** Longer than any worker that works needs; a bench must end. */
const LIMIT_MS = 120_000;

/** Lets each worker do the same jobs in turn, `repeats` times. By the workers' names. */
export async function measureJobs(
  kinds: readonly WorkerKind[],
  redis: BenchRedis,
  options: JobsOptions,
): Promise<Record<string, JobRun[]>> {
  const runs: Record<string, JobRun[]> = Object.fromEntries(kinds.map(({ name }) => [name, []]));
  for (let round = 0; round < options.repeats; round++) {
    for (const kind of rotated(kinds, round)) {
      options.interrupted.throwIfAborted();
      await redis.admin.flushall();
      const worker = await MeasuredProcess.start(kind.name, kind.file, kind.env);
      try {
        await run(worker, redis, WARM_UP, options.interrupted);
        await createQueue(redis.admin).obliterate({ force: true });
        const done = await run(worker, redis, options.jobs, options.interrupted);
        runs[kind.name]!.push(done);
        const rate = Math.round(done.jobsPerSecond).toLocaleString("en");
        options.say(`jobs, ${round + 1} of ${options.repeats}, ${kind.name}: ${rate} jobs/s`);
      } finally {
        await worker.stop();
      }
    }
  }
  return runs;
}

/** Puts the jobs in while the queue is paused, lets them go, and waits for the last. */
async function run(
  worker: MeasuredProcess,
  redis: BenchRedis,
  count: number,
  interrupted: AbortSignal,
): Promise<JobRun> {
  const queue = createQueue(redis.admin);
  await queue.pause();
  const batch = Array.from({ length: 1000 }, (_, n) => ({ name: "echo", data: { job: `bench ${n}` } }));
  for (let left = count; left > 0; left -= batch.length) {
    await queue.addBulk(batch.slice(0, left));
  }
  const cpuBefore = worker.cpuSeconds();
  const started = performance.now();
  await queue.resume();
  while ((await queue.getJobCountByTypes("waiting", "active")) > 0) {
    interrupted.throwIfAborted();
    if (performance.now() - started > LIMIT_MS) {
      throw new Error(`measure ${worker.name}: ${count} jobs were not done within ${LIMIT_MS / 1000} s`);
    }
    await sleep(10);
  }
  const seconds = (performance.now() - started) / 1000;
  const failed = await queue.getFailedCount();
  if (failed > 0) {
    throw new Error(`measure ${worker.name}: ${failed} jobs failed`);
  }
  return { jobsPerSecond: count / seconds, cpu: (worker.cpuSeconds() - cpuBefore) / seconds };
}
