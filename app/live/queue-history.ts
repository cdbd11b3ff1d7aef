import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { KEY_PREFIX } from "../../runtime/redis";

/** Milliseconds between two samples, whichever replica takes them. */
export const SAMPLE_MS = 5000;

/** Ten minutes. */
const SAMPLES = 120;

const HISTORY = `${KEY_PREFIX}queue-history`;
const TURN = `${KEY_PREFIX}queue-history-turn`;

/** The queue at one moment. */
export interface QueueCounts {
  waiting: number;
  active: number;
  delayed: number;
  /** Jobs that completed since the queue exists. */
  completed: number;
  /** Failed jobs that are kept for a look. */
  failed: number;
}

/** Milliseconds since 1970, waiting, active, completed, failed: short, because a stream carries 120 of them. */
export type Sample = [at: number, waiting: number, active: number, completed: number, failed: number];

/**
 * Counts the queue's jobs. BullMQ keeps only the last thousand completed ones, so their number is told by what is missing: the
 * jobs that ever got a number, less those that are somewhere else.
 */
export async function countJobs(queue: Queue, redis: Redis): Promise<QueueCounts> {
  const [counts, lastId] = await Promise.all([
    queue.getJobCounts("waiting", "active", "delayed", "prioritized", "failed"),
    redis.get(queue.toKey("id")),
  ]);
  const { waiting = 0, active = 0, delayed = 0, prioritized = 0, failed = 0 } = counts;
  const elsewhere = waiting + active + delayed + prioritized + failed;
  return {
    waiting: waiting + prioritized,
    active,
    delayed,
    failed,
    completed: Math.max(0, Number(lastId ?? 0) - elsewhere),
  };
}

/** The queue over the last ten minutes. It lies in Redis, so a page that comes to another replica sees the same. */
export class QueueHistory {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly queue: Queue,
    private readonly redis: Redis,
    /** Names this replica. */
    private readonly instance: string,
  ) {}

  /** Takes samples from now on, in turns with the other replicas. Its timer does not keep the process alive. */
  start(): void {
    const sample = () => void this.sample().catch(() => undefined); // Redis is away, and its client has logged it.
    sample();
    this.timer = setInterval(sample, SAMPLE_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The samples kept, oldest first. Throws what Redis throws. */
  async read(): Promise<Sample[]> {
    const entries = await this.redis.lrange(HISTORY, 0, SAMPLES - 1);
    return entries.map((entry) => JSON.parse(entry) as Sample).sort(([a], [b]) => a - b);
  }

  private async sample(): Promise<void> {
    if (this.redis.status !== "ready") {
      return;
    }
    // All replicas try; who comes first after the last turn expired takes the sample.
    if ((await this.redis.set(TURN, this.instance, "PX", SAMPLE_MS - 500, "NX")) === null) {
      return;
    }
    const { waiting, active, completed, failed } = await countJobs(this.queue, this.redis);
    const sample: Sample = [Date.now(), waiting, active, completed, failed];
    await Promise.all([
      this.redis.lpush(HISTORY, JSON.stringify(sample)),
      this.redis.ltrim(HISTORY, 0, SAMPLES - 1),
      this.redis.pexpire(HISTORY, 2 * SAMPLES * SAMPLE_MS),
    ]);
  }
}
