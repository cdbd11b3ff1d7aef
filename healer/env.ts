import { readProcessEnv, text, wholeNumber } from "../runtime/env";

/** What the healer reads besides what every process has. */
const healerEnv = {
  /** Path of the socket that shows the engine to the healer. */
  ENGINE_SOCKET: text("an absolute path", (value) => value.startsWith("/")),
  /** Docker name of the network on which replicas are asked. */
  EDGE_NETWORK: text("a network's name", (value) => value.length > 0),
  /** Port of the replicas' internal server. @default 9090 */
  REPLICA_PORT: wholeNumber(1, 65535).default(9090),
  /** Seconds of silence after which a replica is restarted. @default 5 */
  HEAL_AFTER_SECONDS: wholeNumber(3, 300).default(5),
};

/** Reads the healer's environment. @throws EnvError */
export function readHealerEnv(source?: NodeJS.ProcessEnv) {
  return readProcessEnv(healerEnv, source);
}
