import { Counter, Gauge, type Registry } from "prom-client";
import { DurationHistogram, type Durations } from "../runtime/duration-histogram";

/** What the worker tells of its jobs. The label is the job's name, "unknown" for one no processor has. */
export class JobMetrics {
  private readonly takenOverTotal: Counter;
  private readonly duration: DurationHistogram;
  private readonly processedJobs = new Map<string, number>();
  private readonly failedJobs = new Map<string, number>();
  private readonly children = new Map<string, Durations>();

  /** @param inHand how many jobs are in hand now */
  constructor(registry: Registry, inHand: () => number) {
    addCounts(registry, "jobs_processed_total", "Jobs completed.", this.processedJobs);
    const failedHelp = "Attempts that failed, whether or not another one follows.";
    addCounts(registry, "jobs_failed_total", failedHelp, this.failedJobs);
    this.takenOverTotal = new Counter({
      name: "jobs_taken_over_total",
      help: "Jobs moved back to the queue because their worker died or lost its lock.",
      registers: [registry],
    });
    this.duration = new DurationHistogram({
      name: "job_duration_seconds",
      help: "Time of one attempt, from taking the job to its end.",
      buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 600],
      registry,
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
    this.processedJobs.set(name, (this.processedJobs.get(name) ?? 0) + 1);
    this.observe(name, durationMs);
  }

  failed(name: string, durationMs: number): void {
    this.failedJobs.set(name, (this.failedJobs.get(name) ?? 0) + 1);
    this.observe(name, durationMs);
  }

  takenOver(): void {
    this.takenOverTotal.inc();
  }

  private observe(name: string, durationMs: number): void {
    let child = this.children.get(name);
    if (!child) {
      child = this.duration.labels({ name });
      this.children.set(name, child);
    }
    child.observe(durationMs / 1000);
  }
}

/** A counter that is put together when somebody scrapes: prom-client hashes the labels at each increment. */
function addCounts(registry: Registry, name: string, help: string, counts: ReadonlyMap<string, number>): void {
  new Counter({
    name,
    help,
    labelNames: ["name"],
    registers: [registry],
    collect() {
      this.reset();
      counts.forEach((count, job) => this.inc({ name: job }, count));
    },
  });
}
