import type { IRouter } from "express";
import type { AppDeps } from "../deps";
import { AppError, errorBody } from "../errors";

/**
 * `GET /healthz`: alive, whatever Redis does; the answer proves that the event loop turns. `GET /readyz`: takes work, so 503 while
 * starting, draining, or without an answer of Redis. `GET /health`: how it is, for a person; 503 without an answer of Redis.
 */
export function healthRoutes(router: IRouter, { identity, lifecycle, redis, requests }: AppDeps): void {
  const { hostname, instance, revision } = identity;
  router.get("/healthz", (_request, response) => {
    response.json({ status: "alive", instance, revision });
  });
  router.get("/readyz", async (_request, response) => {
    if (lifecycle.phase !== "ready") {
      throw new AppError("not_ready", `This replica is ${lifecycle.phase}.`);
    }
    await redis.ping();
    response.json({ status: "ready", instance, revision });
  });
  router.get("/health", async (_request, response) => {
    const asked = performance.now();
    const answers = await redis.ping().then(
      () => true,
      () => false,
    );
    const latencyMs = Math.round((performance.now() - asked) * 100) / 100;
    const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
    response.status(answers ? 200 : 503).json({
      ...(answers ? {} : errorBody("redis_unavailable")),
      status: answers ? "healthy" : "unhealthy",
      hostname,
      instance,
      phase: lifecycle.phase,
      uptime: Math.round(process.uptime()),
      requests: requests.total,
      timestamp: new Date().toISOString(),
      memory: { rss, heapTotal, heapUsed, external },
      checks: { redis: answers ? { status: "up", latencyMs } : { status: "down" } },
    });
  });
}
