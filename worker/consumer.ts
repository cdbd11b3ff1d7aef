import { setTimeout as sleep } from "node:timers/promises";
import { WaitingError, Worker, type Job } from "bullmq";
import type { Redis } from "ioredis";
import { isJobName, keptJobs, QUEUE_NAME, workerOptions, type ConsumeOptions } from "../runtime/jobs";
import type { Drain } from "../runtime/lifecycle";
import { forKnownFields, type Logger } from "../runtime/logger";
import { GOODBYE_MS } from "../runtime/redis";
import type { JobMetrics } from "./job-metrics";
import { Attempt, AttemptContext } from "./attempt";
import { Clearing } from "./clearing";
import { Deadlines } from "./deadlines";
import { LockRenewal, LostLockError } from "./lock-renewal";
import { runJob } from "./processors";

/** This much of the grace period is kept for giving jobs back and saying goodbye, in milliseconds. */
const GIVE_BACK_MS = 1500;

export interface ConsumerOptions extends ConsumeOptions {
  redis: Redis;
  logger: Logger;
  /** The replica's name; BullMQ keeps it with every job it does. */
  instance: string;
  /** Jobs done at a time. */
  concurrency: number;
  /** Seconds an attempt of a job may take; then it fails, and is tried again if an attempt is left. */
  jobTimeoutSeconds: number;
  metrics: JobMetrics;
}

/** Takes jobs from the queue, once it is started, and does them. Its log tells of each that failed; with `debug` also of each that was done. */
export class Consumer {
  private readonly worker: Worker;
  private readonly held = new Map<string, Attempt>();
  private readonly deadlines: Deadlines<Attempt>;
  private readonly clearing = new Clearing();
  private readonly renewal: LockRenewal;
  private givingBack = false;

  constructor(private readonly options: ConsumerOptions) {
    const { redis, instance, concurrency, jobTimeoutSeconds: seconds } = options;
    this.deadlines = new Deadlines(seconds * 1000, (attempt) =>
      attempt.abort(new Error(`timed out after ${seconds} s`)),
    );
    const settings = workerOptions(options);
    this.worker = new Worker(QUEUE_NAME, (job, token) => this.process(job, token), {
      ...settings,
      skipLockRenewal: true, // See lock-renewal.ts.
      connection: redis,
      concurrency,
      name: instance,
      autorun: false,
    });
    this.renewal = new LockRenewal({
      lockMs: settings.lockDuration,
      inHand: () => this.held.values(),
      extend: (ids, tokens, ms) => this.worker.extendJobLocks(ids, tokens, ms),
      onError: (error) => this.worker.emit("error", error),
    });
    this.report();
  }

  /** Resolves when both connections, the one for commands and the one that waits for jobs, can serve. */
  async untilReady(): Promise<void> {
    await this.worker.waitUntilReady();
  }

  /** Takes jobs from now on. To be called once. */
  start(): void {
    this.worker.run().catch((error: Error) => this.worker.emit("error", error));
  }

  /**
   * Takes no more jobs, finishes those in hand as far as the grace period allows, and gives the others back: they wait in
   * front of the queue, without an attempt being counted. With Redis away nothing can be given back; then the locks expire and
   * another worker takes the jobs over.
   */
  async close(drain: Drain): Promise<void> {
    const closed = this.worker.close();
    await Promise.race([closed, this.nothingToLose(), sleep(drain.remainingMs() - GIVE_BACK_MS)]);
    this.givingBack = true;
    this.held.forEach((attempt) => attempt.abort(givenBack()));
    await Promise.race([closed, sleep(Math.min(GIVE_BACK_MS / 2, drain.remainingMs()))]);
    if (this.held.size > 0) {
      this.options.logger.warn(
        { jobs: [...this.held.values()].map(({ job }) => nameOf(job)) },
        "jobs left behind: their locks expire, another worker takes over",
      );
    }
    this.renewal.stop();
  }

  /**
   * Resolves when there is no job in hand and no Redis to say goodbye to, which the worker's own end would wait for: at once when it is away,
   * after half a second when it hangs.
   */
  private async nothingToLose(): Promise<void> {
    if (this.options.redis.status === "ready") {
      await sleep(GOODBYE_MS);
    }
    if (this.held.size > 0) {
      await new Promise(() => undefined);
    }
  }

  /** Jobs in hand. */
  get inHand(): number {
    return this.held.size;
  }

  private async process(job: Job, token = ""): Promise<unknown> {
    const id = job.id ?? "";
    const attempt = new Attempt(job);
    // One that lost its lock, before a renewal has noticed it.
    this.held.get(id)?.abort(new LostLockError());
    this.held.set(id, attempt);
    this.deadlines.begin(attempt);
    if (this.givingBack) {
      attempt.abort(givenBack());
    }
    try {
      const result = await attempt.run(runJob(job.name, job.data, new AttemptContext(`${QUEUE_NAME}:${id}`, attempt)));
      if (this.clearing.isDue()) {
        job.opts.removeOnComplete = keptJobs(this.options);
      }
      return result;
    } catch (error) {
      if (error instanceof LostLockError) {
        this.options.logger.warn(nameOf(job), "job lost its lock: ended here, it is taken over");
        throw new WaitingError(); // It is not this attempt's any more, so it is no failure either.
      }
      if (!this.givingBack) {
        throw error;
      }
      await job.moveToWait(token);
      this.options.logger.info(nameOf(job), "job given back");
      throw new WaitingError(); // Tells BullMQ that the job has left the active state already.
    } finally {
      this.deadlines.end(attempt);
      if (this.held.get(id) === attempt) {
        this.held.delete(id);
      }
    }
  }

  private report(): void {
    const { logger, metrics, redis } = this.options;
    const doneLog = forKnownFields(logger);
    this.worker.on("completed", (job) => {
      metrics.processed(labelOf(job.name), durationOf(job));
      if (logger.isLevelEnabled("debug")) {
        doneLog.debug(describe(job), "job done");
      }
    });
    this.worker.on("failed", (job, error) => {
      metrics.failed(labelOf(job?.name ?? ""), job ? durationOf(job) : 0);
      logger.warn({ ...(job && describe(job)), err: error }, "job failed");
    });
    this.worker.on("stalled", (id) => {
      metrics.takenOver();
      logger.warn({ id }, "job taken over: its worker died or lost its lock");
    });
    this.worker.on("error", (error) => {
      // While Redis is away its client has said so, once.
      if (redis.status === "ready") {
        logger.error({ err: error }, "worker error");
      }
    });
  }
}

const givenBack = () => new Error("given back");

/** A job's name where names must be few. */
function labelOf(name: string): string {
  return isJobName(name) ? name : "unknown";
}

/** Milliseconds its last attempt took. */
function durationOf(job: Job): number {
  return (job.finishedOn ?? Date.now()) - (job.processedOn ?? Date.now());
}

/** What tells a job from all others, and which request asked for it. What is undefined is not in a line. */
function nameOf({ id, name, opts }: Pick<Job, "id" | "name" | "opts">) {
  // As it came from Redis: not every producer need be ours.
  const metadata: unknown = opts.telemetry?.metadata;
  const requestId = typeof metadata === "string" ? metadata.slice(0, 128) : undefined;
  return { id, name: name.slice(0, 100), requestId };
}

/** What of a job goes into a log line: its payload may be long or private, only the text of `enqueue` is shown. */
function describe(job: Job) {
  const { job: text } = (job.data ?? {}) as { job?: unknown };
  const { id, name, requestId } = nameOf(job);
  return {
    id,
    name,
    requestId,
    job: typeof text === "string" ? text.slice(0, 100) : undefined,
    attempt: job.attemptsMade,
    durationMs: durationOf(job),
  };
}
