import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** What the worker tells of its jobs. The label is the job's name, "unknown" for one no processor has. */
export class JobMetrics {
  private readonly processedTotal: Counter<"name">;
  private readonly failedTotal: Counter<"name">;
  private readonly takenOverTotal: Counter;
  private readonly duration: Histogram<"name">;

  /** @param inHand how many jobs are in hand now */
  constructor(registry: Registry, inHand: () => number) {
    const common = { labelNames: ["name"] as const, registers: [registry] };
    this.processedTotal = new Counter({ ...common, name: "jobs_processed_total", help: "Jobs completed." });
    this.failedTotal = new Counter({
      ...common,
      name: "jobs_failed_total",
      help: "Attempts that failed, whether or not another one follows.",
    });
    this.takenOverTotal = new Counter({
      name: "jobs_taken_over_total",
      help: "Jobs moved back to the queue because their worker died or lost its lock.",
      registers: [registry],
    });
    this.duration = new Histogram({
      ...common,
      name: "job_duration_seconds",
      help: "Time of one attempt, from taking the job to its end.",
      buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 600],
    });
    new Gauge({
      name: "jobs_in_progress",
      help: "Jobs in hand.",
      registers: [registry],
      collect() {
        this.set(inHand());
      },
    });
  }

  processed(name: string, durationMs: number): void {
    this.processedTotal.inc({ name });
    this.duration.observe({ name }, durationMs / 1000);
  }

  failed(name: string, durationMs: number): void {
    this.failedTotal.inc({ name });
    this.duration.observe({ name }, durationMs / 1000);
  }

  takenOver(): void {
    this.takenOverTotal.inc();
  }
}
