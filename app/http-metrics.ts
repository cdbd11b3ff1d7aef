import { STATUS_CODES } from "node:http";
import { Counter, Gauge, type Registry } from "prom-client";
import { DurationHistogram, type Durations } from "../runtime/duration-histogram";
import { DURATION_BUCKETS } from "../runtime/metrics";

/** Methods that are told apart; the parser knows about thirty more. */
const methods = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]);

/**
 * What the app tells of its requests. Every label has a few values only: the route is the pattern it was declared with ("unmatched"
 * where there was none, "unparsed" for what was no proper HTTP), never the path a client made up.
 */
export class HttpMetrics {
  /** Requests whose answer is not out yet. */
  inFlight = 0;
  private readonly duration: DurationHistogram;
  private readonly children = new Map<string, Durations>();

  constructor(registry: Registry) {
    const duration = new DurationHistogram({
      name: "http_request_duration_seconds",
      help: "Time from the end of a request's headers to the end of its answer.",
      buckets: DURATION_BUCKETS,
      registry,
    });
    this.duration = duration;
    new Counter({
      name: "http_requests_total",
      help: "Requests answered; status_code 499 stands for a client that hung up before.",
      labelNames: ["method", "route", "status_code"],
      registers: [registry],
      // The histogram has counted them: the hot path need not count twice.
      collect() {
        this.reset();
        duration.counts().forEach(({ labels, count }) => this.inc({ ...labels }, count));
      },
    });
    const inFlight = () => this.inFlight;
    new Gauge({
      name: "http_requests_in_flight",
      help: "Requests whose answer is not out yet.",
      registers: [registry],
      collect() {
        this.set(inFlight());
      },
    });
  }

  /** Counts an answered request. @param durationMs in milliseconds */
  observe(method: string, route: string, statusCode: number, durationMs: number): void {
    const key = `${method} ${route} ${statusCode}`;
    let child = this.children.get(key);
    if (!child) {
      child = this.duration.labels({
        method: methods.has(method) ? method : "other",
        route,
        status_code: statusCode in STATUS_CODES || statusCode === 499 ? String(statusCode) : "other",
      });
      this.children.set(key, child);
    }
    child.observe(durationMs / 1000);
  }
}
