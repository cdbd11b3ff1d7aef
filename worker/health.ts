import type { ServerResponse } from "node:http";
import type { Redis } from "ioredis";
import type { Identity } from "../runtime/identity";
import type { Lifecycle } from "../runtime/lifecycle";
import { withinPatience } from "../runtime/patience";

export interface HealthOptions {
  identity: Identity;
  lifecycle: Pick<Lifecycle, "phase">;
  redis: Pick<Redis, "status" | "ping">;
  /** How many jobs are in hand now. */
  inHand: () => number;
}

/**
 * `GET /health` on the internal port: 503 without a connection to Redis, or without an answer of it within a second. A worker's commands
 * wait while Redis is away, and an answer must not: so it asks only on a connection that says it can serve.
 */
export async function answerHealth(
  { identity, lifecycle, redis, inHand }: HealthOptions,
  response: ServerResponse,
): Promise<void> {
  const healthy = redis.status === "ready" && (await answers(redis));
  const { hostname, instance, revision } = identity;
  const body = JSON.stringify({
    ...(!healthy && { error: { code: "redis_unavailable", message: "Redis can not be reached now." } }),
    status: healthy ? "healthy" : "unhealthy",
    hostname,
    instance,
    revision,
    phase: lifecycle.phase,
    uptime: Math.round(process.uptime()),
    jobs: inHand(),
    timestamp: new Date().toISOString(),
    checks: { redis: { status: healthy ? "up" : "down" } },
  });
  response.writeHead(healthy ? 200 : 503, { "Content-Type": "application/json; charset=utf-8" }).end(body);
}

function answers(redis: Pick<Redis, "ping">): Promise<boolean> {
  return withinPatience(redis.ping()).then(
    () => true,
    () => false,
  );
}
