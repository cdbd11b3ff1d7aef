import { ObservedContainer } from "../observed";
import { healsBy } from "./changes";
import { Observation } from "./look";
import { DeclaredStack } from "./pulumi";
import { replicaOf } from "./replica";
import { ServiceStatus } from "./report";
import { valueOf } from "./seen";

/** What should be there of a service. */
interface Desired {
  readonly service: string;
  /** @default any: of some parts the stack's outputs tell none */
  readonly revision?: string;
  readonly count: number;
}

/** In the order a request goes: what serves it, what works it off, and then what both need. */
const order = ["app", "worker", "traefik", "redis", "docker-socket", "healer"];

/** What should be there, by the stack's last good update; nothing before the first. */
export function desiredOf(declared: DeclaredStack, project: string): Desired[] {
  const [release] = declared.releases;
  if (!release) return [];
  return [
    { service: "app", revision: release.appRevision, count: declared.replicas },
    { service: "worker", revision: release.workerRevision, count: declared.workerReplicas },
    { service: "traefik", revision: declared.parts.traefik, count: 1 },
    { service: "redis", revision: declared.parts.redis, count: 1 },
    { service: "docker-socket", count: 1 },
    ...(healsBy(declared.history, project) ? [{ service: "healer", count: 1 }] : []),
  ];
}

/** A line for each service and revision: the declared ones, there or not, and then what is there besides. */
export function servicesOf(observation: Observation, containers: readonly ObservedContainer[]): ServiceStatus[] {
  const declared = valueOf(observation.declared);
  const desired = declared ? desiredOf(declared, observation.identity.project) : [];
  const belongs = (container: ObservedContainer, { service, revision }: Desired) =>
    container.service === service && (revision === undefined || container.revision === revision);
  const declaredLines = desired.map((one) =>
    serviceOf(
      one.service,
      one.revision,
      one.count,
      containers.filter((container) => belongs(container, one)),
      observation,
    ),
  );
  const others = containers.filter((container) => !desired.some((one) => belongs(container, one)));
  const otherLines = byRevision(others).map((group) =>
    serviceOf(group[0]!.service, group[0]!.revision, declared ? 0 : null, group, observation),
  );
  // Sorting keeps the order of equals: the declared revision comes first.
  return [...declaredLines, ...otherLines].sort((a, b) => rank(a) - rank(b));
}

function byRevision(containers: readonly ObservedContainer[]): ObservedContainer[][] {
  const groups = new Map<string, ObservedContainer[]>();
  for (const container of containers) {
    const key = `${container.service}/${container.revision}`;
    groups.set(key, [...(groups.get(key) ?? []), container]);
  }
  return [...groups.values()];
}

function rank({ service }: ServiceStatus): number {
  const at = order.indexOf(service);
  return at === -1 ? order.length : at;
}

function serviceOf(
  service: string,
  revision: string | undefined,
  desired: number | null,
  containers: readonly ObservedContainer[],
  observation: Observation,
): ServiceStatus {
  const replicas = containers.map((container) => replicaOf(container, observation));
  const running = containers.filter(({ state }) => state === "running");
  const sum = (values: readonly (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
  };
  return {
    service,
    revision: revision ?? containers[0]?.revision ?? "",
    desired,
    running: running.length,
    healthy: replicas.filter(({ state }) => state === "healthy").length,
    draining: replicas.filter(({ state }) => state === "draining").length,
    ageSeconds: replicas.length === 0 ? null : Math.max(...replicas.map(({ ageSeconds }) => ageSeconds)),
    restarts: replicas.reduce((total, { restarts }) => total + restarts, 0),
    cpuCores: sum(replicas.map(({ cpuCores }) => cpuCores)),
    cpuLimitCores: running.reduce((total, { limits }) => total + limits.cpus, 0),
    memoryMiB: sum(replicas.map(({ memoryMiB }) => memoryMiB)),
    memoryLimitMiB: running.reduce((total, { limits }) => total + limits.memoryMiB, 0),
    requestsPerSecond: sum(replicas.map(({ requestsPerSecond }) => requestsPerSecond)),
    replicas,
  };
}
