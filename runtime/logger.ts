import pino, { type DestinationStream, type Logger } from "pino";
import type { Identity } from "./identity";

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
 * One JSON object a line on standard output, written synchronously: the last line of a dying process is not lost.
 *
 * @param destination another stream than standard output, for tests
 */
export function createLogger(options: LoggerOptions, destination?: DestinationStream): Logger {
  const { instance, revision } = options.identity;
  const settings = {
    level: options.level,
    base: { service: options.service, instance, revision },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => loggableError(error) },
    redact: { paths: ["password", "url", "cookie", "*.password", "*.url", "*.cookie"], censor: "[secret]" },
  };
  return destination ? pino(settings, destination) : pino(settings);
}
