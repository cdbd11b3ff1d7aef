import type { IRouter } from "express";
import { servedBy, type AppDeps } from "../deps";

/** `GET /stats`: what all replicas did together. `GET /api/instance`: what this one is. */
export function statsRoutes(router: IRouter, { identity, jobs, requests, statistics }: AppDeps): void {
  const { hostname, instance, revision } = identity;
  const served_by = servedBy(identity);
  router.get("/stats", async (_request, response) => {
    const [numbers, queue] = await Promise.all([statistics.read(), jobs.report()]);
    response.json({
      requests: numbers.requests,
      sessions: numbers.sessions,
      global_count: numbers.global,
      queue,
      served_by,
    });
  });
  router.get("/api/instance", (_request, response) => {
    response.json({ hostname, instance, revision, uptime: Math.round(process.uptime()), requests: requests.total });
  });
}
