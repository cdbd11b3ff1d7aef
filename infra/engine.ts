/** What the program knows of the engine it runs on, from the text that names it (`docker:host`, DOCKER_HOST). */
export interface Engine {
  /** Path of the engine's socket on the engine's own host. */
  readonly socketPath: string;
  /** Name or address under which a browser on this machine reaches the engine's published ports. */
  readonly hostname: string;
}

/**
 * Reads an engine's address: `unix:///path`, `ssh://user@host`, `tcp://host:port`; undefined is the local default.
 */
export function engineOf(host: string | undefined): Engine {
  const socketPath = "/var/run/docker.sock";
  if (!host) return { socketPath, hostname: "localhost" };
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length), hostname: "localhost" };
  return { socketPath, hostname: URL.canParse(host) ? new URL(host).hostname || "localhost" : "localhost" };
}
