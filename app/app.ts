import express, { type Express } from "express";
import type { AppDeps } from "./deps";
import { errorHandler, notFound } from "./error-handler";
import { liveRoutes } from "./live/routes";
import { observe } from "./observe";
import { demoRoutes } from "./routes/demo";
import { healthRoutes } from "./routes/health";
import { homeRoutes } from "./routes/home";
import { jobRoutes } from "./routes/jobs";
import { kvRoutes } from "./routes/kv";
import { statsRoutes } from "./routes/stats";

/** Builds the web app. No side effects: nothing listens, connects or reads the environment. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable("x-powered-by");
  // Every answer differs from the last one; hashing it for a conditional request nobody makes is wasted.
  app.disable("etag");
  // node:querystring: a repeated parameter becomes a list, `a[b]=c` stays a plain name.
  app.set("query parser", "simple");
  // A path has one spelling, as the load balancer's rules have it: by any other, a job that must be put in once could be put in twice.
  app.enable("case sensitive routing");
  app.enable("strict routing");
  // The edge is one hop: what it says of the client is believed, what the client itself says is not.
  app.set("trust proxy", 1);

  app.use(observe(deps));
  // On the app itself, the busiest first: a router of its own for each part costs each request another turn.
  for (const routes of [homeRoutes, kvRoutes, jobRoutes, statsRoutes, healthRoutes, liveRoutes]) {
    routes(app, deps);
  }
  if (deps.demo) {
    demoRoutes(app, deps, deps.demo);
  }
  app.use(notFound);
  app.use(errorHandler(deps.logger));
  return app;
}
