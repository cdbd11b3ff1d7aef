import { UnrecoverableError } from "bullmq";
import { isJobName, payloads, type JobName } from "../../runtime/jobs";
import { echo } from "./echo";
import type { JobContext, Processor } from "./processor";
import { sleep } from "./sleep";

const processors: { [N in JobName]: Processor<N> } = { echo, sleep };

/**
 * Runs the processor a job names.
 *
 * @throws UnrecoverableError for an unknown name or a malformed payload: no further attempt could mend it, so the job fails
 *   at once, with the reason, and is kept for a look
 */
export async function runJob(name: string, data: unknown, context: JobContext): Promise<unknown> {
  if (!isJobName(name)) {
    throw new UnrecoverableError(`unknown job "${name.slice(0, 100)}", known: ${Object.keys(processors).join(", ")}`);
  }
  const payload = payloads[name].safeParse(data);
  if (!payload.success) {
    const problems = payload.error.issues.map((issue) => `${issue.path.join(".") || "payload"}: ${issue.message}`);
    throw new UnrecoverableError(`malformed payload of job "${name}": ${problems.join("; ")}`);
  }
  return (processors[name] as Processor<JobName>)(payload.data, context);
}
