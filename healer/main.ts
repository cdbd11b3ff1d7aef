import "../runtime/early-stop";
import { readIdentity } from "../runtime/identity";
import { Lifecycle } from "../runtime/lifecycle";
import { createLogger } from "../runtime/logger";
import { startInternalServer } from "../runtime/probe";
import { runProcess } from "../runtime/run";
import { Engine } from "./engine";
import { readHealerEnv } from "./env";
import { Healer } from "./healer";
import { healPolicy } from "./policy";
import { Prober } from "./prober";

runProcess("healer", async () => {
  const env = readHealerEnv();
  const identity = readIdentity(env.INSTANCE, env.REVISION);
  const logger = createLogger({ service: "healer", level: env.LOG_LEVEL, identity });
  const lifecycle = new Lifecycle({ logger, stopGraceSeconds: env.STOP_GRACE_SECONDS });
  lifecycle.install();

  const policy = healPolicy(env.HEAL_AFTER_SECONDS);
  const engine = new Engine(env.ENGINE_SOCKET, env.EDGE_NETWORK);
  const prober = new Prober(env.REPLICA_PORT, policy.timeoutMs);
  const healer = new Healer({ engine, prober, policy, logger });
  const internal = await startInternalServer(env.INTERNAL_PORT, { lifecycle });

  lifecycle.onDrain("end the look under way", () => healer.stop());
  lifecycle.onDrain("close connections", async () => {
    engine.close();
    prober.close();
    await internal.close();
  });

  await healer.start();
  lifecycle.ready();
});
