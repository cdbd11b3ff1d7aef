import { readFile } from "node:fs/promises";

import { Docker } from "../../infra/docker";
import { Identity, labelFilters } from "../../infra/identity";
import { usageOfAll } from "../usage";

/** What the engine's host has for a stack. */
export interface Host {
  readonly cpus: number;
  readonly memoryMiB: number;
  /** What nobody but this stack uses: of it the stack's containers can have all. */
  readonly freeMemoryMiB: number;
  /** Host ports that are taken, and by whom: a container of others, or, on this machine, any program. */
  readonly takenPorts: ReadonlyMap<number, string>;
}

interface Info {
  readonly NCPU: number;
  readonly MemTotal: number;
}

/**
 * Asks the engine what its host has. On this machine the kernel says what is free, programs outside of containers counted; of
 * another machine only its containers are known.
 *
 * @param local whether the engine is this machine's
 * @throws Error when the engine does not answer
 */
export async function observeHost(docker: Docker, identity: Identity, local: boolean): Promise<Host> {
  const [info, usage, own, published, available, tables] = await Promise.all([
    docker.run("info", "--format", "{{json .}}").then((text) => JSON.parse(text) as Info),
    usageOfAll(docker),
    docker.run("ps", "--quiet", "--no-trunc", ...labelFilters(identity)).then((text) => new Set(text.split("\n"))),
    docker.run("ps", "--no-trunc", "--format", "{{.ID}}\t{{.Names}}\t{{.Ports}}"),
    local ? readFile("/proc/meminfo", "utf8").then(availableMemory, () => undefined) : undefined,
    Promise.all(
      (local ? ["/proc/net/tcp", "/proc/net/tcp6"] : []).map((file) => readFile(file, "utf8").catch(() => "")),
    ),
  ]);
  // A stopped engine answers `info` with an error inside.
  if (!info.NCPU) throw new Error("the engine does not answer");
  const memoryMiB = Math.floor(info.MemTotal / 1024 ** 2);
  const used = (mine: boolean) =>
    [...usage].filter(([id]) => own.has(id) === mine).reduce((sum, [, one]) => sum + one.memoryMiB, 0);
  return {
    cpus: info.NCPU,
    memoryMiB,
    freeMemoryMiB: Math.floor(available === undefined ? memoryMiB - used(false) : available + used(true)),
    takenPorts: new Map([
      ...tables.flatMap(listeningPorts).map((port): [number, string] => [port, "a program"]),
      ...readPorts(published, own),
    ]),
  };
}

/** The kernel's own estimate of what can be had without swapping, in MiB. */
export function availableMemory(meminfo: string): number | undefined {
  const [, kib] = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo) ?? [];
  return kib === undefined ? undefined : Number(kib) / 1024;
}

/** Ports on which something listens, from the kernel's table (proc(5): state 0A is LISTEN, numbers are hexadecimal). */
export function listeningPorts(table: string): number[] {
  const lines = table.matchAll(/^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /gm);
  return [...lines].map(([, port]) => Number.parseInt(port!, 16));
}

/** Host ports by container, from `docker ps`: "4ff65a3e\tevenkeel-dev-traefik\t0.0.0.0:8080->8000/tcp, 127.0.0.1:8081->8081/tcp". */
export function readPorts(text: string, own: ReadonlySet<string>): Map<number, string> {
  const ports = new Map<number, string>();
  for (const line of text.split("\n")) {
    const [id = "", name = "", list = ""] = line.split("\t");
    if (own.has(id)) continue;
    for (const [, first, last] of list.matchAll(/:(\d+)(?:-(\d+))?->/g)) {
      for (let port = Number(first); port <= Number(last ?? first); port++) ports.set(port, `container ${name}`);
    }
  }
  return ports;
}
