import type { IRouter, Request, Response } from "express";
import type { AppDeps } from "../deps";
import { AppError } from "../errors";
import { countAsStream } from "../observe";
import { sessionOf } from "../session";
import { page, pagePolicy } from "./page";

/** Whether the client would rather see the page than JSON: a browser says so, a bare `curl` does not. */
export function wantsPage(request: Pick<Request, "headers" | "accepts">): boolean {
  // The first look spares everybody else a parser.
  return (request.headers.accept ?? "").includes("text/html") && request.accepts(["json", "html"]) === "html";
}

/** Answers with the live page. It is the same for everybody: what it shows comes by `GET /events`. */
export function sendPage(response: Response): void {
  response.setHeader("Content-Security-Policy", pagePolicy);
  response.type("html").send(page);
}

// The connection is not used again: after a drain the browser must come back by a new one, to another replica.
const streamHead = { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no", Connection: "close" };

/** `GET /events`: what the live page shows, as server-sent events. */
export function liveRoutes(router: IRouter, { metrics, sessions, streams }: AppDeps): void {
  router.get("/events", (request, response) => {
    if (streams.isFull) {
      throw new AppError("too_many_streams");
    }
    const sessionId = sessionOf(request, response, sessions);
    // Express serves HEAD by the routes of GET. Of a stream it is answered with the head alone, and holds no place.
    if (request.method === "HEAD") {
      response.writeHead(200, streamHead).end();
      return;
    }
    countAsStream(response, metrics);
    response.writeHead(200, streamHead);
    streams.add(response, sessionId);
  });
}
