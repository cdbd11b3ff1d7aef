import express, { type Express } from "express";
import type { AppDeps } from "./deps";
import { errorHandler, notFound } from "./error-handler";
import { liveRoutes } from "./live/routes";
import { enqueueRoutes } from "./routes/enqueue";
import { healthRoutes } from "./routes/health";
import { homeRoutes } from "./routes/home";
import { kvRoutes } from "./routes/kv";

/** Builds the web app. No side effects: nothing listens, connects or reads the environment. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable("x-powered-by");
  // Every answer differs from the last one; hashing it for a conditional request nobody makes is wasted.
  app.disable("etag");
  // node:querystring: a repeated parameter becomes a list, `a[b]=c` stays a plain name.
  app.set("query parser", "simple");

  app.use(deps.requests.middleware);
  app.use((_request, response, next) => {
    response.setHeader("X-Served-By", deps.identity.hostname);
    response.setHeader("X-Instance-ID", deps.identity.instance);
    response.setHeader("Cache-Control", "no-store");
    next();
  });
  app.use(homeRoutes(deps), kvRoutes(deps), enqueueRoutes(deps), healthRoutes(deps));
  app.use(liveRoutes(deps));
  app.use(notFound);
  app.use(errorHandler(deps.logger));
  return app;
}
