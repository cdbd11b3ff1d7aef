import { Docker } from "../../infra/docker";
import { internalPort } from "../../infra/replica-spec";
import { ObservedContainer } from "../observed";

/** Seconds a question from inside a replica may take; busybox's own `timeout` ends it there too, not only here. */
const patience = "3";

/**
 * Asks a process on its internal port, which is reached from inside its container only.
 *
 * @param path `/phase`, `/metrics`
 * @throws Error when it does not answer
 */
export function askReplica(docker: Docker, id: string, path: string): Promise<string> {
  const url = `http://127.0.0.1:${internalPort}${path}`;
  // No time-out of wget's own: Debian's build of it crashes on `-T`.
  return docker.run("exec", id, "busybox", "timeout", patience, "busybox", "wget", "-q", "-O", "-", url);
}

/**
 * Sends Redis commands from inside a replica, as the user the replica is: Redis publishes no port. The password stays in the
 * container: its shell reads it from the environment, and `printf` is the shell's own, so it is on no command line.
 *
 * @param commands without arguments that need quoting, as "INFO memory"
 * @returns Redis' answers as it writes them
 */
export function askRedisFrom(docker: Docker, id: string, commands: readonly string[]): Promise<string> {
  const script = [
    // redis://<user>:<password>@<host>:<port>
    "rest=${REDIS_URL#redis://}; login=${rest%@*}; at=${rest##*@}",
    `printf 'AUTH %s %s\\r\\n${[...commands, "QUIT"].join("\\r\\n")}\\r\\n' "\${login%%:*}" "\${login#*:}" |` +
      ` busybox timeout ${patience} busybox nc "\${at%:*}" "\${at##*:}"`,
  ].join("; ");
  return docker.run("exec", id, "busybox", "sh", "-c", script);
}

/**
 * Asks one replica after the other until one answers. Workers come first: asking costs an app replica CPU that its requests want.
 *
 * @throws Error with the last one's reason, or when no replica is healthy
 */
export async function askAny<T>(
  containers: readonly ObservedContainer[],
  ask: (container: ObservedContainer) => Promise<T>,
): Promise<T> {
  const healthy = containers.filter(({ state, health }) => state === "running" && health === "healthy");
  const replicas = ["worker", "app"].flatMap((name) => healthy.filter(({ service }) => service === name)).slice(0, 3);
  let last: unknown = new Error("no replica is healthy from which it could be asked");
  for (const replica of replicas) {
    try {
      return await ask(replica);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}
