import type { RequestHandler, Response } from "express";
import type { AppDeps } from "./deps";
import type { HttpMetrics } from "./http-metrics";
import { requestIdFrom } from "./request-id";

/** What nginx made the custom: the client hung up before its answer was out. */
const CLIENT_CLOSED_REQUEST = 499;

/** The pattern the request's route was declared with. */
function routeOf(response: Response): string {
  const { route } = response.req as { route?: { path?: unknown } };
  return typeof route?.path === "string" ? route.path : "unmatched";
}

/**
 * The first handler of every request: gives it its id, counts and times it, and logs it at level `debug`. One handler and not four,
 * because each costs Express a turn. The headers that never change are set by the server (`prototypesOf`).
 */
export function observe(deps: Pick<AppDeps, "logger" | "metrics" | "requests">): RequestHandler {
  const { logger, metrics, requests } = deps;

  const done = (response: Response, started: number): void => {
    const { req: request } = response;
    const durationMs = performance.now() - started;
    const statusCode = response.writableFinished ? response.statusCode : CLIENT_CLOSED_REQUEST;
    const route = routeOf(response);
    if (!response.isStream) {
      metrics.inFlight--;
      metrics.observe(request.method, route, statusCode, durationMs);
    }
    if (logger.isLevelEnabled("debug")) {
      logger.debug(
        { requestId: response.requestId, method: request.method, route, statusCode, durationMs, ip: request.ip },
        "request",
      );
    }
  };

  return (request, response, next) => {
    const started = performance.now();
    response.requestId = requestIdFrom(request.headers["x-request-id"]);
    requests.count(request.url);
    metrics.inFlight++;
    response.on("close", () => done(response, started));
    next();
  };
}

/**
 * Takes an answer out of the requests' metrics, because it becomes a stream: as a request in flight, and then one of five minutes, it
 * would say nothing of how fast requests are answered. To be called once, before its head is written.
 */
export function countAsStream(response: Response, metrics: Pick<HttpMetrics, "inFlight">): void {
  response.isStream = true;
  metrics.inFlight--;
}
