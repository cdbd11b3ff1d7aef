import type { ErrorRequestHandler, RequestHandler } from "express";
import { isRedisUnavailable } from "../runtime/redis";
import type { Logger } from "../runtime/logger";
import { AppError, errorBody } from "./errors";

/** Express marks what the client did wrong (a bad percent-encoding, say) with a status below 500. */
function isClientError(error: unknown): boolean {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === "number" && status >= 400 && status < 500;
}

/** Finds the catalogue's entry for whatever was thrown. An outage of Redis is 503, an unknown error a bare 500. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) {
    return error;
  }
  if (isRedisUnavailable(error)) {
    return new AppError("redis_unavailable", undefined, { cause: error });
  }
  return new AppError(isClientError(error) ? "bad_request" : "internal", undefined, { cause: error });
}

export const notFound: RequestHandler = (_request, response) => {
  response.status(404).json(errorBody("not_found"));
};

/** The last handler: answers from the catalogue and logs what was our fault, stack and all. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  return (thrown: unknown, request, response, _next) => {
    const error = toAppError(thrown);
    if (error.code === "internal") {
      logger.error({ err: thrown, method: request.method, path: request.path }, "request failed");
    } else {
      logger.debug({ code: error.code, method: request.method, path: request.path }, "request refused");
    }
    if (response.headersSent) {
      response.destroy(); // Half an answer must not look like a whole one.
      return;
    }
    response.status(error.status).json(errorBody(error.code, error.message));
  };
}
