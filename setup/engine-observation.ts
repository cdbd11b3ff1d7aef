import { attempt, Outcome } from "./command";

/** The oldest engine the stack was run on; also the oldest whose API the docker provider speaks. */
export const minimumEngine = { major: 20, minor: 10 } as const;

/** What asking for the engine told. */
export type EngineObservation =
  | { readonly state: "ready"; readonly version: string; readonly arch: string }
  | { readonly state: "too-old"; readonly version: string }
  | { readonly state: "no-client" }
  | { readonly state: "forbidden"; readonly message: string }
  | { readonly state: "unreachable"; readonly message: string };

/** The engine's address: what the caller chose, else DOCKER_HOST, else the local socket (the docker provider's order). */
export function engineHost(chosen: string | undefined, env: NodeJS.ProcessEnv): { host: string; hostChosen: boolean } {
  const host = chosen || env.DOCKER_HOST;
  return host ? { host, hostChosen: true } : { host: "unix:///var/run/docker.sock", hostChosen: false };
}

/** The environment that makes the docker command talk to `host`, whatever its current context is. */
export function dockerEnv(host: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const rest = { ...env };
  delete rest.DOCKER_CONTEXT;
  // The classic builder needs no plugin, and a two line Dockerfile nothing else.
  return { ...rest, DOCKER_HOST: host, DOCKER_BUILDKIT: "0", DOCKER_CLI_HINTS: "false" };
}

/** Asks the engine at `host` for its version. */
export async function observeEngine(host: string, env: NodeJS.ProcessEnv): Promise<EngineObservation> {
  const format = "{{.Server.Version}} {{.Server.Arch}}";
  const command = { file: "docker", args: ["version", "--format", format], env: dockerEnv(host, env), timeout: 30_000 };
  return readObservation(await attempt(command));
}

/** Pure: what the answer of `docker version` means. */
export function readObservation({ ok, missing, stdout, stderr, timedOut }: Partial<Outcome>): EngineObservation {
  if (missing) return { state: "no-client" };
  const message = timedOut ? "no answer within 30 s" : (stderr ?? "").trim();
  const [version = "", arch = ""] = (stdout ?? "").trim().split(" ");
  if (!ok || !/^\d+\./.test(version)) {
    return /permission denied/i.test(message) ? { state: "forbidden", message } : { state: "unreachable", message };
  }
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  const old = major < minimumEngine.major || (major === minimumEngine.major && minor < minimumEngine.minor);
  return old ? { state: "too-old", version } : { state: "ready", version, arch };
}
