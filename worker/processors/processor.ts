import type { JobName, Payload } from "../../runtime/jobs";

/** What a handler is told besides its payload. */
export interface JobContext {
  /**
   * Names the job, the same in every attempt. A job may run more than once (its worker died, say): hand this to whatever has an
   * effect outside, so that the second time changes nothing.
   */
  idempotencyKey: string;
  /** Aborts when the worker gives the job back or has lost its lock (another attempt does it) and when the attempt's time is up: stop. */
  signal: AbortSignal;
}

/** Does one job. What it returns is kept as the job's result, what it throws as its failure. */
export type Processor<N extends JobName> = (payload: Payload<N>, context: JobContext) => Promise<unknown>;
