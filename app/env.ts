import { port, readEnv, text, trueOrFalse, wholeNumber } from "../runtime/env";

/** What the app reads besides what both processes share. */
const appEnv = {
  /** Where it takes requests. @default 3000 */
  PORT: port().default(3000),
  /** Signs the session cookies; the same for all replicas. */
  SESSION_SECRET: text("a text of 32 to 1024 characters", (value) => value.length >= 32 && value.length <= 1024),
  /** Seconds a session is kept after its last visit. @default 3600 */
  SESSION_TTL_SECONDS: wholeNumber(1, 31_536_000).default(3600),
  /** Whether the edge speaks TLS: cookies are for TLS only then, and browsers are told to come by TLS only. @default false */
  SECURE_COOKIES: trueOrFalse().default(false),
  /** Whether `/work`, `/delay`, `/ws`, `/load-test` and `/error` are there. @default true */
  DEMO_ENDPOINTS: trueOrFalse().default(true),
  /** How often a job it enqueues is tried. @default 3 */
  JOB_ATTEMPTS: wholeNumber(1, 100).default(3),
  /** Seconds before a job's second attempt; each later pause is twice as long. @default 1 */
  JOB_BACKOFF_SECONDS: wholeNumber(1, 3600).default(1),
};

/** Reads the app's environment. @throws EnvError */
export function readAppEnv(source?: NodeJS.ProcessEnv) {
  return readEnv(appEnv, source);
}
