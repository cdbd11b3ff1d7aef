import { setImmediate as nextTurn } from "node:timers/promises";
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { QUEUE_NAME, type JobName, type Payload } from "../../runtime/jobs";
import { AppError } from "../errors";

export interface Enqueued {
  id: string;
  queue: string;
  /** Jobs that wait for a worker, this one included unless it was taken already. */
  waiting: number;
}

/** The producer: puts jobs into the queue, or fails at once when Redis is away. */
export class JobQueue {
  /** @param redis the client `queue` was made on */
  constructor(
    private readonly queue: Queue,
    private readonly redis: Redis,
  ) {}

  /** @throws AppError redis_unavailable at once, or what Redis throws */
  async enqueue<N extends JobName>(name: N, payload: Payload<N>): Promise<Enqueued> {
    // BullMQ itself would wait for a client that never connected, for ever.
    if (this.redis.status !== "ready") {
      throw new AppError("redis_unavailable");
    }
    const [job, waiting] = await Promise.all([this.queue.add(name, payload), this.countNextTurn()]);
    if (!job.id) {
      throw new Error("enqueue: the queue gave no id");
    }
    return { id: job.id, queue: QUEUE_NAME, waiting };
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
