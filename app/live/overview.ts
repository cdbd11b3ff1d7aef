import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { Visits } from "../stores/visits";
import { readReplicas, type Replica } from "./presence";
import { countJobs, SAMPLE_MS, type QueueCounts, type QueueHistory, type Sample } from "./queue-history";

/** What all pages show alike. */
export interface Overview {
  replicas: Replica[];
  /** Visits of all sessions. */
  visits: number;
  queue: QueueCounts;
}

/** One look at everything, for all streams of this replica together. */
export interface Look {
  overview: Overview;
  /** Visits by session, for those that were asked for. */
  sessions: Map<string, number>;
  /** The queue over the last minutes; undefined when it was told less than a sample's time ago. */
  history: Sample[] | undefined;
}

export interface OverviewReaderOptions {
  redis: Redis;
  queue: Queue;
  visits: Pick<Visits, "look">;
  history: Pick<QueueHistory, "read">;
}

/** Reads what the page shows. */
export class OverviewReader {
  private historyAt = -Infinity;

  constructor(private readonly options: OverviewReaderOptions) {}

  /** @param fresh whether the history is wanted in any case. Throws what Redis throws */
  async look(sessionIds: readonly string[], fresh: boolean): Promise<Look> {
    const { redis, queue, visits, history } = this.options;
    const due = fresh || performance.now() - this.historyAt >= SAMPLE_MS;
    const [replicas, counts, jobs, samples] = await Promise.all([
      readReplicas(redis),
      visits.look(sessionIds),
      countJobs(queue, redis),
      due ? history.read() : undefined,
    ]);
    if (due) {
      this.historyAt = performance.now();
    }
    const sessions = new Map(sessionIds.map((id, index) => [id, counts.sessions[index] ?? 0]));
    return { overview: { replicas, visits: counts.global, queue: jobs }, sessions, history: samples };
  }
}
