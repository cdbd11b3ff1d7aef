import { UnrecoverableError } from "bullmq";
import { isJobName, payloads, type JobName, type Payload } from "../../runtime/jobs";
import { echo } from "./echo";
import { sleep } from "./sleep";

/** What a handler is told besides its payload. */
export interface JobContext {
  /**
   * Names the job, the same in every attempt. A job may run more than once (its worker died, say): hand this to whatever has an
   * effect outside, so that the second time changes nothing.
   */
  idempotencyKey: string;
  /** Aborts when the worker gives the job back (another one does it) and when the attempt's time is up: stop. */
  signal: AbortSignal;
}

/** Does one job. What it returns is kept as the job's result, what it throws as its failure. */
export type Processor<N extends JobName> = (payload: Payload<N>, context: JobContext) => Promise<unknown>;

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
