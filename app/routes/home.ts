import { freemem, loadavg, totalmem } from "node:os";
import { Router } from "express";
import { servedBy, type AppDeps } from "../deps";
import { readSession } from "../session-cookie";

/** `GET /`: counts the visit and says who served it. */
export function homeRoutes({ identity, visits }: AppDeps): Router {
  const unchanging = {
    served_by: servedBy(identity),
    instance: identity.instance,
    hostname: identity.hostname,
    revision: identity.revision,
    platform: process.platform,
    arch: process.arch,
    totalmem: totalmem(),
  };
  const router = Router();
  router.get("/", async (request, response) => {
    const session = readSession(request.headers.cookie);
    const visit = await visits.count(session.id);
    if (session.setCookie) {
      response.setHeader("Set-Cookie", session.setCookie);
    }
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
  return router;
}
