import "../runtime/early-stop";
import { readIdentity } from "../runtime/identity";
import { createQueue } from "../runtime/jobs";
import { Lifecycle } from "../runtime/lifecycle";
import { createLogger } from "../runtime/logger";
import { answerWithMetrics, createRegistry, RedisMetrics } from "../runtime/metrics";
import { startInternalServer } from "../runtime/probe";
import { addQueueMetrics } from "../runtime/queue-metrics";
import { readQueue } from "../runtime/queue-report";
import { closeRedis, connectForWorker } from "../runtime/redis";
import { runProcess } from "../runtime/run";
import { Consumer } from "./consumer";
import { readWorkerEnv } from "./env";
import { answerHealth } from "./health";
import { JobMetrics } from "./job-metrics";

runProcess("worker", async () => {
  const env = readWorkerEnv();
  const identity = readIdentity(env.INSTANCE, env.REVISION);
  const logger = createLogger({ service: "worker", level: env.LOG_LEVEL, identity });
  const lifecycle = new Lifecycle({ logger, stopGraceSeconds: env.STOP_GRACE_SECONDS });
  lifecycle.install();

  const redis = connectForWorker(env.REDIS_URL, identity.instance, logger);
  const queue = createQueue(redis); // To look at the queue, not to put jobs in.
  queue.on("error", () => undefined); // The client's own listener has logged it.
  const registry = createRegistry("worker", identity);
  const inHand = () => consumer.inHand;
  const consumer: Consumer = new Consumer({
    redis,
    logger,
    instance: identity.instance,
    concurrency: env.WORKER_CONCURRENCY,
    jobTimeoutSeconds: env.JOB_TIMEOUT_SECONDS,
    retentionHours: env.JOB_RETENTION_HOURS,
    takeoverSeconds: env.WORKER_TAKEOVER_SECONDS,
    metrics: new JobMetrics(registry, inHand),
  });
  const redisMetrics = new RedisMetrics(registry);
  redisMetrics.watch("jobs", redis);
  const readTheQueue = () => redisMetrics.time("read_queue", () => readQueue(queue, redis));
  addQueueMetrics(registry, () => (redis.status === "ready" ? readTheQueue() : null));

  const internal = await startInternalServer(
    env.INTERNAL_PORT,
    { lifecycle },
    {
      "/metrics": (response) => answerWithMetrics(registry, response),
      "/health": (response) => answerHealth({ identity, lifecycle, redis, inHand }, response),
    },
  );
  logger.info({ internalPort: internal.port }, "listening");

  lifecycle.onDrain("finish jobs", (drain) => consumer.close(drain));
  lifecycle.onDrain("close Redis", async () => {
    await queue.close();
    await closeRedis(redis);
  });
  lifecycle.onDrain("close internal server", () => internal.close());

  lifecycle.whenReady(() => consumer.start());
  await consumer.untilReady();
  lifecycle.readyAfter(env.MIN_READY_SECONDS);
});
