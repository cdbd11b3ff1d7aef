import { Registry } from "prom-client";

import { addQueueMetrics } from "../../runtime/queue-metrics";
import { readQueueMetrics } from "./queue";

/** What a replica's `GET /metrics` answers. */
function metricsOf(read: Parameters<typeof addQueueMetrics>[1]): Promise<string> {
  const registry = new Registry();
  addQueueMetrics(registry, read);
  return registry.metrics();
}

describe("the queue as a replica's metrics tell of it", () => {
  it("is read by state, as the replica wrote it", async () => {
    const report = { waiting: 12, active: 2, completed: 3456, failed: 1, delayed: 4, oldest_waiting_age_seconds: 7.5 };
    const text = await metricsOf(() => Promise.resolve(report));
    expect(readQueueMetrics(text)).toEqual({
      ...{ waiting: 12, active: 2, completed: 3456, failed: 1, delayed: 4 },
      oldestWaitingSeconds: 7.5,
    });
  });

  it("is not known while the replica can't reach Redis", async () => {
    const text = await metricsOf(() => null);
    expect(() => readQueueMetrics(text)).toThrow("no answer of Redis");
  });
});
