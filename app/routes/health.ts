import { Router } from "express";
import type { AppDeps } from "../deps";
import { AppError } from "../errors";

/**
 * `GET /healthz`: alive, whatever Redis does; the answer proves that the event loop turns. `GET /readyz`: takes work, so 503 while
 * starting, draining, or without an answer of Redis.
 */
export function healthRoutes({ identity, lifecycle, redis }: AppDeps): Router {
  const { instance, revision } = identity;
  const router = Router();
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
  return router;
}
