import type { Identity } from "../runtime/identity";
import type { Lifecycle } from "../runtime/lifecycle";
import type { Logger } from "../runtime/logger";
import type { CpuWork } from "./cpu-work";
import type { HttpMetrics } from "./http-metrics";
import type { LiveStreams } from "./live/streams";
import type { Askable } from "./redis-connections";
import type { RequestCount } from "./request-count";
import type { SessionCookies } from "./session-cookie";
import type { JobQueue } from "./stores/job-queue";
import type { KeyValueStore } from "./stores/key-value";
import type { LoadTest } from "./stores/load-test";
import type { Statistics } from "./stores/statistics";
import type { Visits } from "./stores/visits";

/** All the app works with, made by `main.ts` or by a test. */
export interface AppDeps {
  identity: Identity;
  lifecycle: Pick<Lifecycle, "phase">;
  logger: Logger;
  metrics: Pick<HttpMetrics, "observe" | "inFlight">;
  requests: RequestCount;
  sessions: Pick<SessionCookies, "read">;
  /** Asked whether Redis answers. */
  redis: Askable;
  visits: Pick<Visits, "count">;
  keyValues: Pick<KeyValueStore, "get" | "set" | "delete">;
  jobs: Pick<JobQueue, "enqueue" | "find" | "report">;
  statistics: Pick<Statistics, "read" | "sawSession">;
  /** The live pages that are open. */
  streams: Pick<LiveStreams, "add" | "isFull">;
  /** What the demo endpoints `/work`, `/delay`, `/load-test` and `/error` work with; undefined turns them off. */
  demo?: { cpuWork: Pick<CpuWork, "run">; loadTest: Pick<LoadTest, "run"> };
}

/** Who served an answer, as its body tells it. */
export function servedBy(identity: Identity) {
  return { hostname: identity.hostname, container_id: identity.containerId, instance: identity.instance };
}
