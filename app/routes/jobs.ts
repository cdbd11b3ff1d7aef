import type { IRouter, Response } from "express";
import { isJobName, payloads, type JobName } from "../../runtime/jobs";
import { servedBy, type AppDeps } from "../deps";
import { AppError } from "../errors";
import { withBody } from "../read-body";
import { jsonBody } from "../request-body";

/**
 * `GET /enqueue?job=` and `POST /jobs` hand a job to the workers, `GET /jobs/:id` tells what became of it. The body of a POST names the
 * job and its payload, `{"name": "sleep", "payload": {"milliseconds": 100}}`, or is `{"job": "..."}` as `enqueue` has it.
 */
export function jobRoutes(router: IRouter, { identity, jobs }: AppDeps): void {
  const served_by = servedBy(identity);

  const enqueue = async (name: JobName, payload: unknown, response: Response) => {
    const checked = payloads[name].safeParse(payload);
    if (!checked.success) {
      throw name === "echo" ? new AppError("invalid_job") : new AppError("invalid_payload", undefined);
    }
    const enqueued = await jobs.enqueue(name, checked.data, response.requestId);
    response.status(202).location(`/jobs/${enqueued.id}`);
    response.json({ ...enqueued, name, ...("job" in checked.data && { job: checked.data.job }), served_by });
  };

  router.get("/enqueue", (request, response) => enqueue("echo", { job: request.query.job }, response));
  const post = withBody((request, response) => {
    const { name = "echo", payload, job } = jsonBody(request, "invalid_job");
    if (typeof name !== "string" || !isJobName(name)) {
      throw new AppError("invalid_job", `name: allowed: ${Object.keys(payloads).join(", ")}`);
    }
    return enqueue(name, job === undefined ? payload : { job }, response);
  });
  router.post("/jobs", post);
  router.get("/jobs/:id", async ({ params }, response) => {
    if (!/^[1-9]\d{0,15}$/.test(params.id)) {
      throw new AppError("invalid_job_id");
    }
    const job = await jobs.find(params.id);
    if (!job) {
      throw new AppError("job_not_found");
    }
    response.json({ ...job, served_by });
  });
}
