import { Docker } from "../../infra/docker";
import { ObservedContainer } from "../observed";
import { askAny, askReplica } from "./inside";

/** Jobs by state, and how long the oldest has waited. */
export interface QueueStatus {
  readonly waiting: number;
  readonly active: number;
  /** Those that wait for their next attempt. */
  readonly delayed: number;
  /** Failed ones that are kept for a look. */
  readonly failed: number;
  /** Completed ones that are still kept. */
  readonly completed: number;
  /** 0 when none waits. */
  readonly oldestWaitingSeconds: number;
}

/** The queue, as a replica's metrics tell of it: every process tells the same. @throws Error when none does */
export async function queueOf(docker: Docker, containers: readonly ObservedContainer[]): Promise<QueueStatus> {
  return askAny(containers, async ({ id }) => readQueueMetrics(await askReplica(docker, id, "/metrics")));
}

/** Reads them out of the Prometheus text. @throws Error when they are not in it: the process can't reach Redis */
export function readQueueMetrics(text: string): QueueStatus {
  const jobs = (state: string) => sampleOf(text, `queue_jobs{state="${state}"}`);
  return {
    waiting: jobs("waiting"),
    active: jobs("active"),
    delayed: jobs("delayed"),
    failed: jobs("failed"),
    completed: jobs("completed"),
    oldestWaitingSeconds: sampleOf(text, "queue_oldest_waiting_age_seconds"),
  };
}

function sampleOf(text: string, series: string): number {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
  if (line === undefined) throw new Error("the replicas have no answer of Redis");
  return Number(line.slice(series.length + 1));
}
