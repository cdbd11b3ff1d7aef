import "../runtime/early-stop";
import { readEnv, wholeNumber } from "../runtime/env";
import { readIdentity } from "../runtime/identity";
import { Lifecycle } from "../runtime/lifecycle";
import { createLogger } from "../runtime/logger";
import { startInternalServer } from "../runtime/probe";
import { closeRedis, connectForWorker } from "../runtime/redis";
import { runProcess } from "../runtime/run";
import { Consumer } from "./consumer";

runProcess("worker", async () => {
  const env = readEnv({
    /** Jobs done at a time. @default 8 */
    WORKER_CONCURRENCY: wholeNumber(1, 1000).default(8),
  });
  const identity = readIdentity(env.INSTANCE, env.REVISION);
  const logger = createLogger({ service: "worker", level: env.LOG_LEVEL, identity });
  const lifecycle = new Lifecycle({ logger, stopGraceSeconds: env.STOP_GRACE_SECONDS });
  lifecycle.install();

  const redis = connectForWorker(env.REDIS_URL, identity.instance, logger);
  const consumer = new Consumer({
    redis,
    logger,
    instance: identity.instance,
    concurrency: env.WORKER_CONCURRENCY,
  });
  const internal = await startInternalServer(env.INTERNAL_PORT, { lifecycle });
  logger.info({ internalPort: internal.port }, "listening");

  lifecycle.onDrain("finish jobs", (drain) => consumer.close(drain));
  lifecycle.onDrain("close Redis", () => closeRedis(redis));
  lifecycle.onDrain("close internal server", () => internal.close());

  await consumer.untilReady();
  lifecycle.ready();
});
