import { setImmediate as nextTurn } from "node:timers/promises";
import type { Job, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { QUEUE_NAME, type JobName, type Payload } from "../../runtime/jobs";
import { readQueue, type QueueReport } from "../../runtime/queue-report";
import { AppError } from "../errors";

export interface Enqueued {
  id: string;
  queue: string;
  /** Jobs that wait for a worker, this one included unless it was taken already. */
  waiting: number;
}

/** What became of a job. Times are ISO 8601, null as long as they lie ahead. */
export interface JobReport {
  id: string;
  name: string;
  state: string;
  /** Attempts begun, and how many there are at most. */
  attempts: number;
  max_attempts: number;
  /** What its processor returned; null before and without. */
  result: unknown;
  /** Why its last attempt failed; null when none did. */
  failure: string | null;
  enqueued_at: string;
  started_at: string | null;
  finished_at: string | null;
  /** The instance that does it or did it last. */
  worker: string | null;
}

/** The producer: puts jobs into the queue, or fails at once when Redis is away. */
export class JobQueue {
  /** @param redis the client `queue` was made on */
  constructor(
    private readonly queue: Queue,
    private readonly redis: Redis,
  ) {}

  /**
   * @param requestId of the request that asks for it, for the worker's log
   * @throws AppError redis_unavailable at once, or what Redis throws
   */
  async enqueue<N extends JobName>(name: N, payload: Payload<N>, requestId?: string): Promise<Enqueued> {
    this.assertReady();
    const options = requestId === undefined ? {} : { telemetry: { metadata: requestId } };
    const [job, waiting] = await Promise.all([this.queue.add(name, payload, options), this.countNextTurn()]);
    if (!job.id) {
      throw new Error("enqueue: the queue gave no id");
    }
    return { id: job.id, queue: QUEUE_NAME, waiting };
  }

  /** What became of the job; null when there is none, or none any more. Throws as `enqueue` does. @param id digits */
  async find(id: string): Promise<JobReport | null> {
    this.assertReady();
    const [job, state] = await Promise.all([
      this.queue.getJob(id) as Promise<Job | undefined>,
      this.queue.getJobState(id),
    ]);
    return job && state !== "unknown" ? describe(job, state) : null;
  }

  /** Counts the queue. Throws as `enqueue` does. */
  async report(): Promise<QueueReport> {
    this.assertReady();
    return readQueue(this.queue, this.redis);
  }

  /** As `report`, null when Redis is away. For metrics. */
  reportOrNull(): Promise<QueueReport> | null {
    return this.redis.status === "ready" ? this.report() : null;
  }

  /** BullMQ itself would wait for a client that never connected, for ever. */
  private assertReady(): void {
    if (this.redis.status !== "ready") {
      throw new AppError("redis_unavailable");
    }
  }

  /**
   * `add` writes its command within this turn of the event loop, so a count of the next turn is behind it on the connection
   * without waiting for its answer: one round trip for both.
   */
  private async countNextTurn(): Promise<number> {
    await nextTurn();
    return this.queue.getWaitingCount();
  }
}

function describe(job: Job, state: string): JobReport {
  const time = (milliseconds: number | undefined) =>
    milliseconds === undefined ? null : new Date(milliseconds).toISOString();
  return {
    id: job.id ?? "",
    name: job.name,
    state,
    attempts: job.attemptsStarted,
    max_attempts: job.opts.attempts ?? 1,
    result: job.returnvalue ?? null,
    failure: job.failedReason ?? null,
    enqueued_at: new Date(job.timestamp).toISOString(),
    started_at: time(job.processedOn),
    finished_at: time(job.finishedOn),
    worker: job.processedBy ?? null,
  };
}
