import type { RequestHandler } from "express";

/** These only ask how the replica is, once a second or so: they would drown what it serves. */
const PROBES = new Set(["/health", "/healthz", "/readyz", "/events"]);

/** Counts the requests this replica served since its start, without probes and streams. */
export class RequestCount {
  total = 0;

  readonly middleware: RequestHandler = (request, _response, next) => {
    if (!PROBES.has(request.path)) {
      this.total += 1;
    }
    next();
  };
}
