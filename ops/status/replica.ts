import { networksOf } from "../../infra/identity";
import { ObservedContainer } from "../observed";
import { Observation } from "./look";
import { ReplicaState, ReplicaStatus } from "./report";
import { valueOf } from "./seen";

/**
 * A container's state in a word. One whose health check fails because it leaves is draining, and not ill; the engine can't tell
 * the two apart.
 *
 * @param phase what its process says of itself
 */
export function stateOf({ state, health }: ObservedContainer, phase?: string): ReplicaState {
  if (state !== "running") return state as ReplicaState;
  if (health === "starting") return "starting";
  if (health !== "unhealthy") return "healthy";
  if (phase === "draining" || phase === "stopped") return "draining";
  return phase === "starting" ? "starting" : "unhealthy";
}

/** All that a look found out about one container. */
export function replicaOf(container: ObservedContainer, observation: Observation): ReplicaStatus {
  const { identity, at, phases } = observation;
  const usage = valueOf(observation.usage)?.get(container.id);
  const ended = ["exited", "dead"].includes(container.state);
  return {
    name: shortName(container, identity),
    state: stateOf(container, phases.get(container.id)),
    exitCode: ended ? container.exitCode : null,
    outOfMemory: ended && container.outOfMemory,
    ageSeconds: Math.max(0, (at.getTime() - container.createdAt.getTime()) / 1000),
    restarts: container.restarts,
    cpuCores: usage?.cores ?? null,
    memoryMiB: usage?.memoryMiB ?? null,
    ...traffic(container, observation),
  };
}

function traffic(container: ObservedContainer, { identity, answers, routes, windowSeconds }: Observation) {
  if (container.service !== "app") return { requestsPerSecond: null, routed: null };
  const address = container.networks[networksOf(identity).edge]?.address ?? "";
  const count = valueOf(answers)?.of([address]);
  return {
    requestsPerSecond: count ? count.requests / windowSeconds : null,
    routed: valueOf(routes)?.some((route) => route.address === address && route.up) ?? null,
  };
}

function shortName({ name }: ObservedContainer, { project, stack }: Observation["identity"]): string {
  const prefix = `${project}-${stack}-`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** What is the matter with a container, for a person: "app-1a2b3c4d-1 exited with 137". */
export function describeReplica({ name, state, exitCode, outOfMemory }: ReplicaStatus): string {
  const how = exitCode === null ? `is ${state}` : `${state} with ${exitCode}`;
  return `${name} ${how}${outOfMemory ? ", out of memory" : ""}`;
}
