import { setTimeout as sleep } from "node:timers/promises";

import { Docker } from "../docker";
import { Identity, labelFilters } from "../identity";

/** One container of a service, as the engine has it at a moment. */
export interface Replica {
  /** Docker name. */
  readonly name: string;
  readonly revision: string;
  /** The engine's word: created, running, paused, restarting, exited, dead, removing. */
  readonly status: string;
  /** The health check's word: starting, healthy, unhealthy; empty where there is none. */
  readonly health: string;
  /** What the last probe that failed said. */
  readonly probe: string;
  /** How often the engine started it anew because it ended. */
  readonly restarts: number;
  /** When it was started last, whoever did it, in the engine's words. */
  readonly startedAt: string;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** When its process ended last, as far as events told: Unix time in seconds. */
  readonly endedAt?: string;
  /** Whether the load balancer is to send it requests. */
  readonly routed: boolean;
  /** Addresses on the stack's networks. */
  readonly addresses: readonly string[];
}

interface Inspected {
  readonly Name: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Status: string;
    readonly StartedAt: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Health?: { readonly Status: string; readonly Log?: readonly { ExitCode: number; Output: string }[] };
  };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>> };
}

/** How often a patient look asks, and the pause between: an engine that is started anew answers again within that. */
const [tries, pauseMs] = [10, 500];

/**
 * Every container of a stack's service, of any revision, in whatever state.
 *
 * @throws Error when the engine does not answer: that nothing is known of replicas does not say that they are gone
 */
export async function replicasOf(
  docker: Docker,
  service: Identity & { service: string },
  patience: "none" | "patient" = "none",
): Promise<Replica[]> {
  for (let left = patience === "patient" ? tries : 2; ; left--) {
    try {
      return await ask(docker, service);
    } catch (error) {
      // One that goes away between the two questions makes the second fail, too.
      if (left <= 1) throw error;
      if (patience === "patient") await sleep(pauseMs);
    }
  }
}

async function ask(docker: Docker, { service, ...identity }: Identity & { service: string }): Promise<Replica[]> {
  const filters = labelFilters(identity, service);
  const ids = (await docker.run("ps", "--all", "--quiet", "--no-trunc", ...filters)).split("\n").filter(Boolean);
  if (ids.length === 0) return [];
  const text = await docker.run("inspect", "--type", "container", ...ids);
  return (JSON.parse(text) as Inspected[]).map(replicaFrom).sort((a, b) => a.name.localeCompare(b.name, "en"));
}

function replicaFrom({ Name, RestartCount, State, Config, NetworkSettings }: Inspected): Replica {
  const failed = (State.Health?.Log ?? []).filter(({ ExitCode }) => ExitCode !== 0);
  return {
    name: Name.replace(/^\//, ""),
    revision: Config.Labels["evenkeel.revision"] ?? "",
    status: State.Status,
    health: State.Health?.Status ?? "",
    probe: (failed.at(-1)?.Output ?? "").trim(),
    restarts: RestartCount,
    startedAt: State.StartedAt,
    exitCode: State.ExitCode,
    outOfMemory: State.OOMKilled,
    routed: Config.Labels["traefik.enable"] === "true",
    addresses: Object.values(NetworkSettings.Networks)
      .map(({ IPAddress }) => IPAddress)
      .filter(Boolean),
  };
}
