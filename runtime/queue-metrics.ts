import { Gauge, type Registry } from "prom-client";
import { withinPatience } from "./patience";
import type { QueueReport } from "./queue-report";

/**
 * The queue's depth and oldest age, read when somebody scrapes. Every process tells the same numbers: take their maximum, not
 * their sum. While Redis is away they are left out.
 *
 * @param read reads the queue; null when that is not possible now
 */
export function addQueueMetrics(registry: Registry, read: () => Promise<QueueReport> | null): void {
  let reading: Promise<QueueReport | null> | undefined;
  // Both gauges are collected at the same time, from one reading.
  const readOnce = () =>
    (reading ??= withinPatience(read() ?? Promise.resolve(null))
      .catch(() => null)
      .finally(() => (reading = undefined)));
  new Gauge({
    name: "queue_jobs",
    help: "Jobs in the queue by state.",
    labelNames: ["state"],
    registers: [registry],
    async collect() {
      const report = await readOnce();
      this.reset();
      for (const state of ["waiting", "active", "completed", "failed", "delayed"] as const) {
        if (report) {
          this.set({ state }, report[state]);
        }
      }
    },
  });
  new Gauge({
    name: "queue_oldest_waiting_age_seconds",
    help: "How long the job that has waited longest has been waiting; 0 when none waits.",
    registers: [registry],
    async collect() {
      const report = await readOnce();
      this.remove();
      if (report) {
        this.set(report.oldest_waiting_age_seconds);
      }
    },
  });
}
