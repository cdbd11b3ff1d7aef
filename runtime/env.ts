import { hostname } from "node:os";
import * as z from "zod";

/** The environment is wrong: one message that names every wrong variable, what it got and what is allowed. */
export class EnvError extends Error {
  override readonly name = "EnvError";
}

/** A text variable that `accepts` decides on. `allowed` completes the sentence "allowed: ...". */
export function text(allowed: string, accepts: (value: string) => boolean) {
  return z.string({ error: allowed }).refine(accepts, { error: allowed });
}

/** A whole number between two bounds, both included. */
export function wholeNumber(min: number, max: number, allowed = `a whole number from ${min} to ${max}`) {
  return text(allowed, (value) => /^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max).transform(
    Number,
  );
}

/** A port the process may bind without rights: above 1024, or 0 for any free one (the log line `listening` names it). */
export function port() {
  const allowed = "a port from 1025 to 65535, or 0 for any free one";
  const accepts = (value: string) => value === "0" || (Number(value) > 1024 && Number(value) < 65536);
  return text(allowed, (value) => /^\d{1,5}$/.test(value) && accepts(value)).transform(Number);
}

/** A switch. */
export function trueOrFalse() {
  return text("true or false", (value) => value === "true" || value === "false").transform((value) => value === "true");
}

function isRedisUrl(value: string): boolean {
  return URL.canParse(value) && ["redis:", "rediss:"].includes(new URL(value).protocol);
}

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/** What the processes that work with Redis read. */
const withRedis = {
  /** Where Redis is, with the ACL user of this role and its password. */
  REDIS_URL: text("redis://user:password@host:port", isRedisUrl),
};

/** What every process reads. */
const common = {
  /** Names what this replica was made from. @default "dev" */
  REVISION: text("a name of 1 to 128 characters", (value) => value.length > 0 && value.length <= 128).default("dev"),
  /** The replica's name, unique in the stack. @default the host name */
  INSTANCE: text("a name of 1 to 128 characters of A-Za-z0-9._-", (value) => /^[\w.-]{1,128}$/.test(value)).default(
    hostname,
  ),
  /** @default "info" */
  LOG_LEVEL: text(`one of ${logLevels.join(", ")}`, (value) => logLevels.includes(value)).default("info"),
  /** Seconds the process has to live before it says it is ready. @default 0 */
  MIN_READY_SECONDS: wholeNumber(0, 600).default(0),
  /** Seconds between SIGTERM and the moment the process takes no more requests. @default 2 */
  DRAIN_SECONDS: wholeNumber(0, 600).default(2),
  /** Seconds between SIGTERM and SIGKILL; the engine's stop time-out. @default 20 */
  STOP_GRACE_SECONDS: wholeNumber(2, 3600).default(20),
  /** Port of the internal server: `GET /probe`, `/metrics`. @default 9090 */
  INTERNAL_PORT: port().default(9090),
};

/** Values of these are never repeated in a message. */
const secretName = /URL|SECRET|PASSWORD|TOKEN|KEY/;

function describe(issue: z.core.$ZodIssue, source: NodeJS.ProcessEnv): string {
  const key = String(issue.path[0] ?? "environment");
  const value = source[key];
  const got =
    value === undefined ? "nothing" : secretName.test(key) ? "another value" : JSON.stringify(value.slice(0, 80));
  return `${key}: got ${got}, allowed: ${issue.message}`;
}

/**
 * Reads the variables app and worker share, and the process's own `part`.
 *
 * @throws EnvError that lists all wrong variables at once, without the value of a secret one.
 */
export function readEnv<P extends z.ZodRawShape>(part: P, source?: NodeJS.ProcessEnv) {
  return readProcessEnv({ ...withRedis, ...part }, source);
}

/**
 * Reads the variables every process has, one without Redis too, and the process's own `part`.
 *
 * @throws EnvError as `readEnv` does
 */
export function readProcessEnv<P extends z.ZodRawShape>(part: P, source: NodeJS.ProcessEnv = process.env) {
  const schema = z.object({ ...common, ...part });
  const parsed = schema.safeParse(source);
  if (!parsed.success) {
    throw new EnvError(
      `wrong environment: ${parsed.error.issues.map((issue) => describe(issue, source)).join("; ")}. ` +
        "Set these variables and start the process again.",
    );
  }
  const env = parsed.data as z.output<z.ZodObject<typeof common>> & z.output<z.ZodObject<P>>;
  // The process needs a second after the drain window to finish what is in flight.
  if (env.STOP_GRACE_SECONDS < env.DRAIN_SECONDS + 2) {
    throw new EnvError(
      `wrong environment: STOP_GRACE_SECONDS: got "${env.STOP_GRACE_SECONDS}", allowed: at least 2 more than ` +
        `DRAIN_SECONDS (${env.DRAIN_SECONDS}). Set these variables and start the process again.`,
    );
  }
  return env;
}
