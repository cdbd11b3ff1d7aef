import type { ContainerArgs } from "@pulumi/docker";
import { execa } from "execa";

import { baseline } from "../../infra/baseline";
import { baseImages } from "../../infra/base-images";
import { routingLabels } from "../../infra/routing";
import { timing } from "../../infra/timing";
import type { Wanted } from "./contender";

interface Inspected {
  readonly Config: {
    readonly Image: string;
    readonly User: string;
    readonly Env: readonly string[];
    readonly StopTimeout: number;
    readonly Healthcheck: { Test: string[]; Interval: number; Timeout: number; StartPeriod: number; Retries: number };
  };
  readonly HostConfig: { readonly NanoCpus: number; readonly Memory: number };
}

/** What every contender runs, read from a replica of Evenkeel's: same image, environment, limits, health check. */
export interface ReplicaTemplate {
  readonly image: string;
  /** As a container of Pulumi's docker provider; without a name and networks. */
  container(wanted: Wanted): ContainerArgs;
  /** As a service of a Compose file, which Swarm reads too; without a number of replicas. */
  service(wanted: Wanted): Record<string, unknown>;
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** Port of the load balancer inside its container. */
export const webPort = 8000;

export async function templateFrom(containerId: string): Promise<ReplicaTemplate> {
  const { stdout } = await execa("docker", ["inspect", "--type", "container", containerId]);
  const [{ Config, HostConfig }] = JSON.parse(stdout) as [Inspected];
  const own = new Set(["REDIS_URL", "SESSION_SECRET", "INSTANCE", "REVISION", "PATH"]);
  const inherited = Config.Env.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]);
  const environment = Object.fromEntries(inherited.filter(([key]) => !own.has(key)));
  const { Test, Interval, Timeout, StartPeriod, Retries } = Config.Healthcheck;
  const timesOfProbe = { interval: `${Interval / 1e6}ms`, timeout: `${Timeout / 1e6}ms`, retries: Retries };
  const environmentOf = ({ revision }: Wanted) => ({
    ...environment,
    REDIS_URL: "redis://redis:6379",
    SESSION_SECRET: "bench".repeat(13),
    INSTANCE: "peer",
    REVISION: `r${revision}`,
    SESSION_TTL_SECONDS: String(sessionTtlSeconds(revision)),
  });
  return {
    container: (wanted) => ({
      image: Config.Image,
      user: Config.User,
      ...baseline({ cpus: HostConfig.NanoCpus / 1e9, memoryMiB: HostConfig.Memory / 2 ** 20 }),
      envs: Object.entries(environmentOf(wanted)).map(([key, value]) => `${key}=${value}`),
      healthcheck: { tests: Test, ...timesOfProbe, startPeriod: `${StartPeriod / 1e6}ms` },
      stopTimeout: Config.StopTimeout,
      destroyGraceSeconds: Config.StopTimeout,
      wait: false,
    }),
    image: Config.Image,
    cpus: HostConfig.NanoCpus / 1e9,
    memoryBytes: HostConfig.Memory,
    service: (wanted) => ({
      image: Config.Image,
      user: Config.User,
      read_only: true,
      cap_drop: ["ALL"],
      environment: environmentOf(wanted),
      healthcheck: { test: Test, ...timesOfProbe, start_period: `${StartPeriod / 1e6}ms` },
      stop_grace_period: `${Config.StopTimeout}s`,
      labels: peerLabels,
    }),
  };
}

/** Over the image's own labels, which would make Evenkeel take a peer's containers for its own. */
export const peerLabels = { "evenkeel.project": "bench", "evenkeel.stack": "peer", "evenkeel.service": "peer" };

/** The setting by which a rollout is made: it is in the environment of the app alone. */
export function sessionTtlSeconds(revision: number): number {
  return 3600 + revision;
}

/** Redis for a peer: nothing to wait for, nothing kept. */
export const redisService = {
  image: baseImages.redis,
  user: "999:999",
  command: ["redis-server", "--save", "", "--appendonly", "no", "--protected-mode", "no"],
};

/** Evenkeel's own routing: retry, active check, strategy. */
export function peerRoutingLabels(network: string): Record<string, string> {
  return routingLabels({ service: "app", port: 3000, network, strategy: "round-robin", sticky: false });
}

/** Traefik for a peer: Evenkeel's image and times, on the engine's own socket. */
export function traefikService(engineSocket: string, provider: readonly string[]) {
  return {
    image: baseImages.traefik,
    entrypoint: ["traefik"],
    user: "0:0",
    command: [
      "--global.checknewversion=false",
      "--global.sendanonymoususage=false",
      "--log.level=INFO",
      `--entrypoints.web.address=:${webPort}`,
      ...provider,
      `--providers.providersthrottleduration=${timing.balancerThrottle * 1000}ms`,
      "--serverstransport.forwardingtimeouts.dialtimeout=500ms",
    ],
    volumes: [`${engineSocket}:/var/run/docker.sock:ro`],
  };
}
