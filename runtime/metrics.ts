import type { ServerResponse } from "node:http";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { Redis } from "ioredis";
import { DurationHistogram, type Durations } from "./duration-histogram";
import type { Identity } from "./identity";

/** Upper bounds in seconds, from a millisecond to the longest answer of a demo endpoint. */
export const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The registry of a process, with what both tell: `build_info`, and of Node.js itself the event loop's lag, memory, CPU and garbage
 * collection (`nodejs_*`, `process_*`).
 */
export function createRegistry(service: string, { revision }: Pick<Identity, "revision">): Registry {
  const registry = new Registry();
  // The lag is measured with a timer: 50 wake-ups a second instead of 100, on each of many idle replicas.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
  const info = new Gauge({
    name: "build_info",
    help: "1, with what this process was made from in its labels.",
    labelNames: ["service", "revision", "node_version"],
    registers: [registry],
  });
  info.set({ service, revision, node_version: process.version }, 1);
  return registry;
}

/** Answers `GET /metrics`: the text a Prometheus scrapes. */
export async function answerWithMetrics(registry: Registry, response: ServerResponse): Promise<void> {
  const text = await registry.metrics();
  response.writeHead(200, { "Content-Type": registry.contentType }).end(text);
}

/** What a process tells of its Redis. */
export class RedisMetrics {
  private readonly duration: DurationHistogram;
  private readonly reconnects: Counter<"connection">;
  private readonly clients = new Map<string, Redis>();
  private readonly children = new Map<string, Durations>();

  constructor(registry: Registry) {
    this.duration = new DurationHistogram({
      name: "redis_operation_duration_seconds",
      help: "Time from sending all commands of one operation to the last answer.",
      buckets: [0.0005, ...DURATION_BUCKETS.filter((bound) => bound <= 2.5)],
      registry,
    });
    this.reconnects = new Counter({
      name: "redis_reconnects_total",
      help: "Connections to Redis made anew after one was lost.",
      labelNames: ["connection"],
      registers: [registry],
    });
    const { clients } = this;
    new Gauge({
      name: "redis_up",
      help: "1 while the connection can serve, 0 while it can not.",
      labelNames: ["connection"],
      registers: [registry],
      collect() {
        clients.forEach((client, connection) => this.set({ connection }, client.status === "ready" ? 1 : 0));
      },
    });
  }

  /** Follows a client's connection. @param connection a name of a few, for the label */
  watch(connection: string, client: Redis): void {
    this.clients.set(connection, client);
    this.reconnects.inc({ connection }, 0);
    let wasReady = client.status === "ready";
    client.on("ready", () => {
      if (wasReady) {
        this.reconnects.inc({ connection });
      }
      wasReady = true;
    });
  }

  /** Measures one operation that succeeds; a failed one says nothing about latency. @param operation a name of a few */
  async time<T>(operation: string, run: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await run();
    let child = this.children.get(operation);
    if (!child) {
      child = this.duration.labels({ operation });
      this.children.set(operation, child);
    }
    child.observe((performance.now() - started) / 1000);
    return result;
  }
}
