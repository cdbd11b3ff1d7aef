import type { IRouter } from "express";
import { isRedisUnavailable } from "../../runtime/redis";
import { servedBy, type AppDeps } from "../deps";
import { sendPage, wantsPage } from "../live/routes";
import { readMachine } from "../machine";
import { sessionOf } from "../session";

const varies = ["Vary", "Accept"];

/** `GET /`: counts the visit and says who served it; a browser gets the live page. */
export function homeRoutes(router: IRouter, { identity, sessions, statistics, visits }: AppDeps): void {
  const unchanging = {
    served_by: servedBy(identity),
    instance: identity.instance,
    hostname: identity.hostname,
    revision: identity.revision,
    platform: process.platform,
    arch: process.arch,
  };
  router.get("/", async (request, response) => {
    const sessionId = sessionOf(request, response, sessions);
    if (wantsPage(request)) {
      response.setHeader("Vary", "Accept");
      await visits.count(sessionId).catch(throwUnlessRedisIsAway); // The page itself says that Redis is away.
      statistics.sawSession(sessionId);
      sendPage(response);
      return;
    }
    const visit = await visits.count(sessionId);
    statistics.sawSession(sessionId);
    const body = {
      message: `Hello from ${identity.instance}`,
      session_id: sessionId,
      session_count: visit.session,
      visits: visit.session,
      global_count: visit.global,
      ...unchanging,
      ...readMachine(),
      timestamp: new Date().toISOString(),
    };
    response.sendJson(body, varies);
  });
}

function throwUnlessRedisIsAway(error: unknown): void {
  if (!isRedisUnavailable(error)) {
    throw error;
  }
}
