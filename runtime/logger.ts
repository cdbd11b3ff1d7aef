import pino, { type DestinationStream, type Logger } from "pino";
import type { Identity } from "./identity";
import { logOutput } from "./log-output";

export type { Logger } from "pino";

interface LoggableError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: LoggableError;
}

/**
 * What of an error goes into a log line. An allow-list on purpose: pino's own serializer copies every property, and
 * ioredis hangs the failed command with all its arguments on the error, for `AUTH` the password.
 */
export function loggableError(error: unknown, depth = 0): LoggableError {
  if (!(error instanceof Error)) {
    return { type: typeof error, message: String(error) };
  }
  const code = (error as NodeJS.ErrnoException).code;
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === "string" && { code }),
    stack: error.stack,
    ...(error.cause !== undefined && depth < 3 && { cause: loggableError(error.cause, depth + 1) }),
  };
}

export interface LoggerOptions {
  service: string;
  level: string;
  identity: Pick<Identity, "instance" | "revision">;
}

/**
 * One JSON object a line on standard output. Lines are gathered for up to 50 ms: a write for each costs a worker a quarter of its jobs
 * per second. What is gathered is written when the process exits, so the last line is not lost, unless the process is killed.
 *
 * @param destination another stream than standard output, for tests
 */
export function createLogger(options: LoggerOptions, destination?: DestinationStream): Logger {
  const { instance, revision } = options.identity;
  const settings = {
    level: options.level,
    base: { service: options.service, instance, revision },
    timestamp: isoTime(),
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => loggableError(error) },
    redact: { paths: ["password", "url", "cookie", "*.password", "*.url", "*.cookie"], censor: "[secret]" },
  };
  const onDropped = (lines: number) => logger.warn({ lines }, "log lines dropped: standard output was not read");
  const logger: Logger = pino(settings, destination ?? logOutput({ onDropped }));
  return logger;
}

/**
 * The same logger without its look for secrets, which takes two fifths of the time of a line. Only for lines whose fields this code names one by
 * one: none may be called as a secret is, none may be an object or an error from elsewhere.
 */
export function forKnownFields(logger: Logger): Logger {
  return logger.child({}, { redact: [] });
}

/** pino's own ISO time, but for the milliseconds put together once a second: a busy worker writes thousands of lines in one. */
function isoTime(): () => string {
  let second = -1;
  let upToSecond = "";
  return () => {
    const now = Date.now();
    const ms = now % 1000;
    if (now - ms !== second) {
      second = now - ms;
      upToSecond = `,"time":"${new Date(now).toISOString().slice(0, -"000Z".length)}`;
    }
    return `${upToSecond}${ms < 10 ? "00" : ms < 100 ? "0" : ""}${ms}Z"`;
  };
}
