import type { RedisMetrics } from "../runtime/metrics";
import type { AppDeps } from "./deps";

/** The stores as they are, with the time of their operations measured. */
export function measureRedis(
  metrics: RedisMetrics,
  { visits, keyValues, jobs }: Pick<AppDeps, "visits" | "keyValues" | "jobs">,
): Pick<AppDeps, "visits" | "keyValues" | "jobs"> {
  return {
    visits: { count: (id) => metrics.time("visit", () => visits.count(id)) },
    keyValues: {
      get: (key) => metrics.time("kv_get", () => keyValues.get(key)),
      set: (key, value) => metrics.time("kv_set", () => keyValues.set(key, value)),
      delete: (key) => metrics.time("kv_delete", () => keyValues.delete(key)),
    },
    jobs: {
      enqueue: (name, payload, requestId) => metrics.time("enqueue", () => jobs.enqueue(name, payload, requestId)),
      find: (id) => metrics.time("find_job", () => jobs.find(id)),
      report: () => metrics.time("read_queue", () => jobs.report()),
    },
  };
}
