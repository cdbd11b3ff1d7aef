import { Router } from "express";
import { payloads } from "../../runtime/jobs";
import { servedBy, type AppDeps } from "../deps";
import { AppError } from "../errors";

/** `GET /enqueue?job=`: hands a job to the workers. */
export function enqueueRoutes({ identity, jobs }: AppDeps): Router {
  const served_by = servedBy(identity);
  const router = Router();
  router.get("/enqueue", async (request, response) => {
    const payload = payloads.echo.safeParse({ job: request.query.job });
    if (!payload.success) {
      throw new AppError("invalid_job");
    }
    const enqueued = await jobs.enqueue("echo", payload.data);
    response.status(202).json({ ...enqueued, job: payload.data.job, served_by });
  });
  return router;
}
