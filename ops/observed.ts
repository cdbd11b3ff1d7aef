import { Docker } from "../infra/docker";
import { coresOf } from "../infra/cpu-quota";
import { Identity, labelFilters } from "../infra/identity";
import { ContainerTraits } from "./container-traits";
import { readEnvironmentLines } from "./environment-lines";

/** One container that carries a stack's labels, as the engine has it at a moment. */
export interface ObservedContainer extends ContainerTraits {
  readonly id: string;
  /** Docker name. */
  readonly name: string;
  /** Its label `evenkeel.service`: app, worker, redis, traefik, docker-socket, healer. */
  readonly service: string;
  /** Its label `evenkeel.revision`; empty where it has none. */
  readonly revision: string;
  /** The engine's word: created, running, paused, restarting, exited, dead, removing. */
  readonly state: string;
  /** The health check's word: starting, healthy, unhealthy; empty where there is none. */
  readonly health: string;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** How often the engine started it anew because it ended. */
  readonly restarts: number;
  readonly createdAt: Date;
  readonly startedAt: Date;
  /** The image's name it was made with, as `evenkeel-dev-app:1a2b3c4d`. */
  readonly image: string;
  /** The id of the image it was made from, as `sha256:...`: not what the name means today. */
  readonly imageId: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly limits: {
    /** In cores; 0 is none. */
    readonly cpus: number;
    /** 0 is none. */
    readonly memoryMiB: number;
    /** Memory and swap together. */
    readonly memorySwapMiB: number;
  };
  /** The health check's command as the engine keeps it: its form (`CMD`) first; empty where there is none. */
  readonly healthTest: readonly string[];
  /** By network, by its Docker name: the container's address there, empty while it does not run. */
  readonly networks: Readonly<Record<string, { readonly address: string; readonly aliases: readonly string[] }>>;
}

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly RestartCount: number;
  readonly Image: string;
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly StartedAt: string;
    readonly Health?: { readonly Status: string };
  };
  readonly Config: {
    readonly Image: string;
    readonly User: string;
    readonly Env: readonly string[] | null;
    readonly Entrypoint: readonly string[] | null;
    readonly Cmd: readonly string[] | null;
    readonly Labels: Readonly<Record<string, string>> | null;
    readonly Healthcheck?: { readonly Test?: readonly string[] | null } | null;
  };
  readonly Mounts?: readonly { Type: string; Name?: string; Source: string; Destination: string; RW: boolean }[];
  readonly HostConfig: {
    readonly NanoCpus: number;
    readonly CpuQuota: number;
    readonly CpuPeriod: number;
    readonly Memory: number;
    readonly MemorySwap: number;
    readonly ReadonlyRootfs: boolean;
    readonly Privileged: boolean;
    readonly CapAdd: readonly string[] | null;
    readonly CapDrop: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly RestartPolicy: { readonly Name: string };
    readonly PortBindings: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[]>> | null;
  };
  readonly NetworkSettings: {
    readonly Networks: Readonly<
      Record<string, { readonly IPAddress: string; readonly Aliases: readonly string[] | null }>
    >;
  };
}

/** Every container with a stack's labels, in whatever state, in the order of their names. @throws Error when the engine does not answer */
export async function observeContainers(docker: Docker, identity: Identity): Promise<ObservedContainer[]> {
  const ids = (await docker.run("ps", "--all", "--quiet", "--no-trunc", ...labelFilters(identity)))
    .split("\n")
    .filter(Boolean);
  if (ids.length === 0) return [];
  const format = ["inspect", "--type", "container"];
  // One that goes away between the two questions makes inspect fail: then each is asked for itself.
  const texts = await docker
    .run(...format, ...ids)
    .then((text) => [text])
    .catch(() => Promise.all(ids.map((id) => docker.run(...format, id).catch(() => "[]"))));
  return texts
    .flatMap((text) => JSON.parse(text) as Inspected[])
    .map(containerFrom)
    .sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

/** Reads what `docker inspect` prints of a container. */
export function containerFrom(inspected: Inspected): ObservedContainer {
  const { Config, HostConfig, State, NetworkSettings } = inspected;
  const labels = Config.Labels ?? {};
  return {
    id: inspected.Id,
    name: inspected.Name.replace(/^\//, ""),
    service: labels["evenkeel.service"] ?? "",
    revision: labels["evenkeel.revision"] ?? "",
    state: State.Status,
    health: State.Health?.Status ?? "",
    exitCode: State.ExitCode,
    outOfMemory: State.OOMKilled,
    restarts: inspected.RestartCount,
    createdAt: new Date(inspected.Created),
    startedAt: new Date(State.StartedAt),
    image: Config.Image,
    imageId: inspected.Image,
    entrypoint: Config.Entrypoint ?? [],
    command: Config.Cmd ?? [],
    user: Config.User,
    environment: readEnvironmentLines(Config.Env ?? []),
    labels,
    limits: {
      cpus: cpusOf(HostConfig),
      memoryMiB: HostConfig.Memory / 1024 ** 2,
      memorySwapMiB: HostConfig.MemorySwap / 1024 ** 2,
    },
    restartPolicy: HostConfig.RestartPolicy.Name,
    readOnly: HostConfig.ReadonlyRootfs,
    privileged: HostConfig.Privileged,
    addedCapabilities: HostConfig.CapAdd ?? [],
    droppedCapabilities: HostConfig.CapDrop ?? [],
    securityOptions: HostConfig.SecurityOpt ?? [],
    healthTest: Config.Healthcheck?.Test ?? [],
    mounts: (inspected.Mounts ?? []).map(({ Type, Name, Source, Destination, RW }) => ({
      type: Type,
      source: Type === "volume" ? (Name ?? "") : Source,
      target: Destination,
      readOnly: !RW,
    })),
    networks: Object.fromEntries(
      Object.entries(NetworkSettings.Networks).map(([name, { IPAddress, Aliases }]) => [
        name,
        { address: IPAddress, aliases: Aliases ?? [] },
      ]),
    ),
    ports: Object.entries(HostConfig.PortBindings ?? {}).flatMap(([port, bindings]) =>
      bindings.map(({ HostIp, HostPort }) => ({
        internal: Number.parseInt(port, 10),
        external: Number(HostPort),
        ip: HostIp || "0.0.0.0",
      })),
    ),
  };
}

/** A limit is kept in billionths of a core, or as a share of a period in microseconds. */
function cpusOf({ NanoCpus, CpuQuota, CpuPeriod }: Inspected["HostConfig"]): number {
  if (NanoCpus > 0) return NanoCpus / 1e9;
  return CpuQuota > 0 ? coresOf(CpuQuota, CpuPeriod || undefined) : 0;
}
