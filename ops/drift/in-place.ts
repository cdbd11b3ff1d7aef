import { ObservedContainer } from "../observed";
import { DeclaredContainer, DeclaredStack } from "./declared";
import { counterpart } from "./find";
import { Finding, Remedy } from "./finding";
import { ObservedStack } from "./observe";

/** A docker command. */
export type DockerCommand = readonly string[];

/**
 * The docker commands that bring back what needs no new container: the process is not touched, or did not run. What needs something
 * that is not there yet (a network, a name) is left for a later look.
 *
 * @param remade Docker names of the containers that are to be made anew in any case: nothing else is done about them
 */
export function inPlaceCommands(
  findings: readonly Finding[],
  declared: DeclaredStack,
  observed: ObservedStack,
  remade: ReadonlySet<string>,
): DockerCommand[] {
  return findings.flatMap(({ remedy, kind, object }): DockerCommand[] => {
    if (remedy === "tag") return [tagCommand(object, declared, observed)];
    if (kind === "network") return networkRemoval(object, observed);
    const container = declared.containers.find(({ name }) => name === object);
    const found = container && counterpart(container, observed);
    if (!container || !found) return [];
    // Nothing can be stopped in its own time while it is paused.
    if (remedy === "unpause") return [["unpause", found.id]];
    if (remade.has(object)) return [];
    return commandsFor(remedy, container, found, observed);
  });
}

function commandsFor(
  remedy: Remedy,
  container: DeclaredContainer,
  found: ObservedContainer,
  observed: ObservedStack,
): DockerCommand[] {
  switch (remedy) {
    case "start":
      return Object.keys(found.networks).every((name) => observed.networks.has(name)) ? [["start", found.id]] : [];
    case "rename":
      return observed.containers.some(({ name }) => name === container.name)
        ? []
        : [["rename", found.id, container.name]];
    case "update":
      return [updateCommand(container, found)];
    case "networks":
      return networkCommands(container, found, observed);
    default:
      return [];
  }
}

function updateCommand(container: DeclaredContainer, { id }: ObservedContainer): DockerCommand {
  const { cpus, cpuPeriod, memoryMiB, memorySwapMiB = memoryMiB, restartPolicy } = container;
  const cpu = cpuPeriod
    ? ["--cpu-period", String(cpuPeriod), "--cpu-quota", String(Math.round(cpus * cpuPeriod))]
    : ["--cpus", String(cpus)];
  const limits = [...cpu, "--memory", `${memoryMiB}m`, "--memory-swap", `${memorySwapMiB}m`];
  return ["update", ...limits, "--restart", restartPolicy, id];
}

function networkCommands(container: DeclaredContainer, found: ObservedContainer, observed: ObservedStack) {
  const commands: DockerCommand[] = [];
  for (const [network, { aliases }] of Object.entries(container.networks)) {
    const there = found.networks[network];
    if (there && aliases.every((alias) => there.aliases.includes(alias))) continue;
    if (!observed.networks.has(network)) continue;
    if (there) commands.push(["network", "disconnect", network, found.id]);
    commands.push(["network", "connect", ...aliases.flatMap((alias) => ["--alias", alias]), network, found.id]);
  }
  const extra = Object.keys(found.networks).filter((network) => container.networks[network] === undefined);
  return [...commands, ...extra.map((network) => ["network", "disconnect", network, found.id])];
}

/** The declared image under its name again; where it is gone, the name goes too, and the next update builds it anew. */
function tagCommand(name: string, { images }: DeclaredStack, { imageIds }: ObservedStack): DockerCommand {
  const id = images.find((image) => image.name === name)!.id;
  // By force: a container may have been made from what the name means now, and goes on with it.
  return imageIds.has(id) ? ["tag", id, name] : ["rmi", "--force", name];
}

/** A network that only has the name makes room for the declared one. */
function networkRemoval(name: string, { networks, containers }: ObservedStack): DockerCommand[] {
  if (!networks.has(name)) return [];
  const on = containers.filter((container) => container.networks[name] !== undefined);
  return [
    ...on.map(({ id }) => ["network", "disconnect", "--force", name, id]),
    ["network", "rm", networks.get(name)!.id],
  ];
}
