import "../runtime/early-stop";
import { setTimeout as sleep } from "node:timers/promises";
import { readIdentity } from "../runtime/identity";
import { createQueue } from "../runtime/jobs";
import { Lifecycle } from "../runtime/lifecycle";
import { createLogger } from "../runtime/logger";
import { answerWithMetrics, createRegistry, RedisMetrics } from "../runtime/metrics";
import { startInternalServer } from "../runtime/probe";
import { addQueueMetrics } from "../runtime/queue-metrics";
import { closeRedis, connectForQueue, connectForRequests, untilReady } from "../runtime/redis";
import { runProcess } from "../runtime/run";
import { answerHeaders } from "./answer-headers";
import { createApp } from "./app";
import { CpuWork } from "./cpu-work";
import { DemoSockets } from "./demo-sockets";
import { readAppEnv } from "./env";
import { HttpMetrics } from "./http-metrics";
import { Live } from "./live/live";
import { addStreamMetrics } from "./live/stream-metrics";
import { measureRedis } from "./measure-redis";
import { allConnections } from "./redis-connections";
import { RequestCount } from "./request-count";
import { AppServer } from "./server";
import { SessionCookies } from "./session-cookie";
import { JobQueue } from "./stores/job-queue";
import { KeyValueStore } from "./stores/key-value";
import { LoadTest } from "./stores/load-test";
import { Statistics } from "./stores/statistics";
import { Visits } from "./stores/visits";

/** How long it waits for Redis before it answers 503 without it. In milliseconds. */
const REFUSE_MS = 2000;

runProcess("app", async () => {
  const env = readAppEnv();
  const identity = readIdentity(env.INSTANCE, env.REVISION);
  const logger = createLogger({ service: "app", level: env.LOG_LEVEL, identity });
  const lifecycle = new Lifecycle({ logger, stopGraceSeconds: env.STOP_GRACE_SECONDS });
  lifecycle.install();

  const redis = connectForRequests(env.REDIS_URL, identity.instance, logger);
  const queueRedis = connectForQueue(env.REDIS_URL, `${identity.instance}:queue`, logger);
  const queue = createQueue(queueRedis, { attempts: env.JOB_ATTEMPTS, backoffSeconds: env.JOB_BACKOFF_SECONDS });
  queue.on("error", () => undefined); // The client's own listener has logged it.

  const sessionSeconds = env.SESSION_TTL_SECONDS;
  const visits = new Visits(redis, sessionSeconds);
  const jobs = new JobQueue(queue, queueRedis);
  const requests = new RequestCount();
  const statistics = new Statistics({ redis, instance: identity.instance, requests, sessionSeconds });
  const live = new Live({ identity, lifecycle, logger, redis, queue, visits, requests });

  const registry = createRegistry("app", identity);
  const metrics = new HttpMetrics(registry);
  const redisMetrics = new RedisMetrics(registry);
  redisMetrics.watch("requests", redis);
  redisMetrics.watch("queue", queueRedis);
  addQueueMetrics(registry, () => jobs.reportOrNull());
  addStreamMetrics(registry, live.streams);

  const app = createApp({
    identity,
    lifecycle,
    logger,
    metrics,
    requests,
    sessions: new SessionCookies({ secret: env.SESSION_SECRET, secure: env.SECURE_COOKIES }),
    redis: allConnections([redis, queueRedis]),
    ...measureRedis(redisMetrics, { visits, keyValues: new KeyValueStore(redis), jobs }),
    statistics,
    streams: live.streams,
    ...(env.DEMO_ENDPOINTS && { demo: { cpuWork: new CpuWork(), loadTest: new LoadTest(redis) } }),
  });
  const headers = answerHeaders(identity, env.SECURE_COOKIES);
  const onRefused = (status: number) => metrics.observe("GET", "/ws", status, 0);
  const sockets = new DemoSockets({ identity, lifecycle, headers, onRefused });
  const server = new AppServer(app, {
    headers,
    onUnparsed: (status) => metrics.observe("other", "unparsed", status, 0),
    ...(env.DEMO_ENDPOINTS && { onUpgrade: sockets.handleUpgrade }),
  });
  const internal = await startInternalServer(
    env.INTERNAL_PORT,
    { lifecycle },
    { "/metrics": (response) => answerWithMetrics(registry, response) },
  );
  const connected = Promise.all([untilReady(redis), untilReady(queueRedis)]);
  // One that is started anew has the address the load balancer knew it by, for a moment more. Until it can serve, a refused
  // connection sends the request to another replica, where an answer of 503 would be final.
  await Promise.race([connected, sleep(REFUSE_MS, undefined, { ref: false })]);
  const bound = await server.listen(env.PORT);
  logger.info({ port: bound, internalPort: internal.port }, "listening");

  lifecycle.onDrain("keep serving", async ({ wasReady }) => {
    await sleep(wasReady ? env.DRAIN_SECONDS * 1000 : 0);
  });
  lifecycle.onDrain("finish requests", () => server.close());
  lifecycle.onDrain("close Redis", async () => {
    await Promise.all([live.stop(), statistics.stop()]);
    await queue.close();
    await Promise.all([closeRedis(queueRedis), closeRedis(redis)]);
  });
  lifecycle.onDrain("close internal server", () => internal.close());

  await connected;
  lifecycle.readyAfter(env.MIN_READY_SECONDS);
  statistics.start();
  live.start();
});
