import type { ErrorRequestHandler, RequestHandler } from "express";
import { isRedisUnavailable } from "../runtime/redis";
import type { Logger } from "../runtime/logger";
import { AppError, errorBody, type ErrorCode } from "./errors";

/** Express and its parts mark what the client did wrong (a bad percent-encoding, say) with a status below 500. */
function codeOf(error: unknown): ErrorCode {
  const { status } = (error ?? {}) as { status?: unknown };
  return typeof status === "number" && status >= 400 && status < 500 ? "bad_request" : "internal";
}

/** Finds the catalogue's entry for whatever was thrown. An outage of Redis is 503, an unknown error a bare 500. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) {
    return error;
  }
  return new AppError(isRedisUnavailable(error) ? "redis_unavailable" : codeOf(error), undefined, { cause: error });
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
    const { method, path } = request;
    if (error.code === "internal") {
      logger.error({ requestId: response.requestId, err: thrown, method, path }, "request failed");
    } else if (logger.isLevelEnabled("debug")) {
      logger.debug({ requestId: response.requestId, code: error.code, method, path }, "request refused");
    }
    if (response.headersSent) {
      response.destroy(); // Half an answer must not look like a whole one.
      return;
    }
    response.status(error.status).json(errorBody(error.code, error.message));
  };
}
