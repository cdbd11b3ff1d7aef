import type { Redis } from "ioredis";
import type { Identity } from "../runtime/identity";
import type { Lifecycle } from "../runtime/lifecycle";
import type { Logger } from "../runtime/logger";
import type { LiveStreams } from "./live/streams";
import type { RequestCount } from "./request-count";
import type { JobQueue } from "./stores/job-queue";
import type { KeyValueStore } from "./stores/key-value";
import type { Visits } from "./stores/visits";

/** All the app works with, made by `main.ts` or by a test. */
export interface AppDeps {
  identity: Identity;
  lifecycle: Pick<Lifecycle, "phase">;
  logger: Logger;
  /** Asked whether Redis answers. */
  redis: Pick<Redis, "ping" | "status">;
  visits: Pick<Visits, "count">;
  keyValues: Pick<KeyValueStore, "get" | "set">;
  jobs: Pick<JobQueue, "enqueue">;
  requests: RequestCount;
  /** The live pages that are open. */
  streams: Pick<LiveStreams, "add" | "isFull">;
}

/** Who served an answer, as its body tells it. */
export function servedBy(identity: Identity) {
  return { hostname: identity.hostname, container_id: identity.containerId, instance: identity.instance };
}
