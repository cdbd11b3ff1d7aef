import { readEnv, wholeNumber } from "../runtime/env";

/** What the worker reads besides what both processes share. */
const workerEnv = {
  /** Jobs done at a time. @default 8 */
  WORKER_CONCURRENCY: wholeNumber(1, 1000).default(8),
  /** Seconds an attempt of a job may take. @default 900 */
  JOB_TIMEOUT_SECONDS: wholeNumber(1, 86_400).default(900),
  /** Hours a finished job can be looked up. @default 168 */
  JOB_RETENTION_HOURS: wholeNumber(1, 8760).default(168),
  /** Seconds until the jobs of a worker that died are another's, at worst. @default 10 */
  WORKER_TAKEOVER_SECONDS: wholeNumber(4, 600).default(10),
};

/** Reads the worker's environment. @throws EnvError */
export function readWorkerEnv(source?: NodeJS.ProcessEnv) {
  return readEnv(workerEnv, source);
}
