import { freemem, loadavg, totalmem } from "node:os";
import type { IRouter } from "express";
import { isRedisUnavailable } from "../../runtime/redis";
import { servedBy, type AppDeps } from "../deps";
import { sendPage, wantsPage } from "../live/routes";

/** `GET /`: counts the visit and says who served it; a browser gets the live page. */
export function homeRoutes(router: IRouter, { identity, sessions, statistics, visits }: AppDeps): void {
  const unchanging = {
    served_by: servedBy(identity),
    instance: identity.instance,
    hostname: identity.hostname,
    revision: identity.revision,
    platform: process.platform,
    arch: process.arch,
    totalmem: totalmem(),
  };
  router.get("/", async (request, response) => {
    const session = sessions.read(request.headers.cookie);
    if (session.setCookie) {
      response.setHeader("Set-Cookie", session.setCookie);
    }
    response.setHeader("Vary", "Accept");
    if (wantsPage(request)) {
      await visits.count(session.id).catch(throwUnlessRedisIsAway); // The page itself says that Redis is away.
      statistics.sawSession(session.id);
      sendPage(response);
      return;
    }
    const visit = await visits.count(session.id);
    statistics.sawSession(session.id);
    response.json({
      message: `Hello from ${identity.instance}`,
      session_id: session.id,
      session_count: visit.session,
      visits: visit.session,
      global_count: visit.global,
      ...unchanging,
      loadavg: loadavg(),
      freemem: freemem(),
      timestamp: new Date().toISOString(),
    });
  });
}

function throwUnlessRedisIsAway(error: unknown): void {
  if (!isRedisUnavailable(error)) {
    throw error;
  }
}
