import "../runtime/early-stop";
import { setTimeout as sleep } from "node:timers/promises";
import { port, readEnv } from "../runtime/env";
import { readIdentity } from "../runtime/identity";
import { createQueue } from "../runtime/jobs";
import { Lifecycle } from "../runtime/lifecycle";
import { createLogger } from "../runtime/logger";
import { startInternalServer } from "../runtime/probe";
import { closeRedis, connectForQueue, connectForRequests, untilReady } from "../runtime/redis";
import { runProcess } from "../runtime/run";
import { createApp } from "./app";
import { Live } from "./live/live";
import { RequestCount } from "./request-count";
import { AppServer } from "./server";
import { JobQueue } from "./stores/job-queue";
import { KeyValueStore } from "./stores/key-value";
import { Visits } from "./stores/visits";

runProcess("app", async () => {
  const env = readEnv({ PORT: port().default(3000) });
  const identity = readIdentity(env.INSTANCE, env.REVISION);
  const logger = createLogger({ service: "app", level: env.LOG_LEVEL, identity });
  const lifecycle = new Lifecycle({ logger, stopGraceSeconds: env.STOP_GRACE_SECONDS });
  lifecycle.install();

  const redis = connectForRequests(env.REDIS_URL, identity.instance, logger);
  const queueRedis = connectForQueue(env.REDIS_URL, `${identity.instance}:queue`, logger);
  const queue = createQueue(queueRedis);
  queue.on("error", () => undefined); // The client's own listener has logged it.

  const visits = new Visits(redis);
  const requests = new RequestCount();
  const live = new Live({ identity, lifecycle, logger, redis, queue, visits, requests });

  const app = createApp({
    identity,
    lifecycle,
    logger,
    redis,
    visits,
    keyValues: new KeyValueStore(redis),
    jobs: new JobQueue(queue, queueRedis),
    requests,
    streams: live.streams,
  });
  const server = new AppServer(app, { "X-Served-By": identity.hostname, "X-Instance-ID": identity.instance });
  const internal = await startInternalServer(env.INTERNAL_PORT, { lifecycle });
  const bound = await server.listen(env.PORT);
  logger.info({ port: bound, internalPort: internal.port }, "listening");

  lifecycle.onDrain("keep serving", async ({ wasReady }) => {
    await sleep(wasReady ? env.DRAIN_SECONDS * 1000 : 0);
  });
  lifecycle.onDrain("finish requests", () => server.close());
  lifecycle.onDrain("close Redis", async () => {
    await live.stop();
    await queue.close();
    await Promise.all([closeRedis(queueRedis), closeRedis(redis)]);
  });
  lifecycle.onDrain("close internal server", () => internal.close());

  await Promise.all([untilReady(redis), untilReady(queueRedis)]);
  lifecycle.ready();
  live.start();
});
