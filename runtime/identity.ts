import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Who this replica is: in answers, headers and log lines. */
export interface Identity {
  /** The host name; in a container, the short container id unless the engine was told another one. */
  hostname: string;
  /** The short container id as `docker ps` shows it, 12 hex digits; null outside a container. */
  containerId: string | null;
  /** The replica's name, for example `app-1a2b3c4d-1`. */
  instance: string;
  /** What the replica was made from. */
  revision: string;
}

/**
 * Finds the container's id in the text of `/proc/self/mountinfo`: the engine bind-mounts `hostname` and `resolv.conf`
 * from `.../containers/<id>/`. Cgroup paths no longer tell it (cgroup v2 with a private namespace shows `0::/`).
 */
export function containerIdFrom(mountinfo: string): string | null {
  return /\/containers\/([0-9a-f]{12})[0-9a-f]{52}\//.exec(mountinfo)?.[1] ?? null;
}

function readMountinfo(): string {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    return "";
  }
}

/** Reads what does not change while the process lives. */
export function readIdentity(instance: string, revision: string): Identity {
  return { hostname: hostname(), containerId: containerIdFrom(readMountinfo()), instance, revision };
}
