import { replicatedServices } from "../../infra/replicated-services";
import { ObservedContainer } from "../observed";
import { nameOf } from "../urn";
import { compareContainer } from "./compare";
import { DeclaredContainer, DeclaredStack } from "./declared";
import { Finding, finding } from "./finding";
import { ObservedStack } from "./observe";

/** Pure: every difference between what a stack's state declares and what there is, the declared containers first. */
export function findDrift(declared: DeclaredStack, observed: ObservedStack): Finding[] {
  const pairs = declared.containers.map((container) => ({ container, found: counterpart(container, observed) }));
  const known = new Set(pairs.map(({ found }) => found?.id));
  return [
    ...pairs.flatMap(({ container, found }) => [
      ...ofContainer(container, found, declared, observed),
      ...(isSpare(container, declared) ? [spare(container)] : []),
    ]),
    ...forgotten(declared),
    ...observed.containers.filter(({ id }) => !known.has(id)).map(foreign),
    ...ofNetworks(declared, observed),
    ...ofVolumes(declared, observed),
    ...ofImages(declared, observed),
    ...declared.unfinished.map((text) =>
      finding("unfinished", { object: text.split(":")[0]!, declared: "done", found: text.replace(/^.*?: /, "") }),
    ),
  ];
}

/** The container that a declaration is about: the one an update made, else the one that has its name. */
export function counterpart(
  { id, name }: DeclaredContainer,
  { containers }: ObservedStack,
): ObservedContainer | undefined {
  return containers.find((one) => one.id === id) ?? containers.find((one) => one.name === name);
}

/** Whether the load balancer says that it sends requests to a container. */
export function isRouted(
  declared: DeclaredContainer,
  found: ObservedContainer,
  { routes = [] }: Pick<ObservedStack, "routes">,
): boolean {
  const address = found.networks[declared.labels["traefik.docker.network"] ?? ""]?.address;
  return routes.some((route) => route.up && route.address === address);
}

/** Whether a container runs and its health check, where it has one, says that it works. */
export function isWell({ state, health }: ObservedContainer): boolean {
  return state === "running" && (health === "healthy" || health === "");
}

function ofContainer(
  container: DeclaredContainer,
  found: ObservedContainer | undefined,
  declared: DeclaredStack,
  observed: ObservedStack,
): Finding[] {
  const { name: object, service } = container;
  if (!found) return [finding("missing", { object, service, declared: "there", found: "not there" })];
  const serves = isWell(found);
  const one = (kind: Finding["kind"], wanted: string, what: string) =>
    finding(kind, { object, service, serves, declared: wanted, found: what });
  return [
    ...ofState(container, found, observed, one),
    ...compareContainer(container, found, observed.images.get(found.imageId)).map((difference) => one(...difference)),
    ...ofImage(container, found, declared, observed, one),
    ...(observed.openRedis.has(found.name) ? [one("redis-open", "asks for a password", "obeys without one")] : []),
  ];
}

type FindingOf = (kind: Finding["kind"], declared: string, found: string) => Finding;

function ofState(
  container: DeclaredContainer,
  found: ObservedContainer,
  observed: ObservedStack,
  one: FindingOf,
): Finding[] {
  const { state, health, exitCode, outOfMemory } = found;
  if (state === "paused") return [one("paused", "running", "paused")];
  if (state === "restarting") return [one("unhealthy", "running", `ends again and again, exit code ${exitCode}`)];
  if (state !== "running") {
    return [one("stopped", "running", `${state}, ${outOfMemory ? "out of memory" : `exit code ${exitCode}`}`)];
  }
  if (health === "unhealthy") return [one("unhealthy", "healthy", "its health check fails")];
  const takesRequests = container.labels["traefik.enable"] === "true";
  if (takesRequests && isWell(found) && observed.routes && !isRouted(container, found, observed)) {
    return [one("not-routed", "gets requests", "the load balancer sends it none")];
  }
  return [];
}

/** The image an update built is known by its id. Of one that setup made only the name is declared. */
function ofImage(
  container: DeclaredContainer,
  found: ObservedContainer,
  { images }: DeclaredStack,
  { tags }: ObservedStack,
  one: FindingOf,
): Finding[] {
  const built = images.find(({ name }) => name === container.image)?.id;
  const wanted = built ?? tags.get(container.image);
  if (wanted === undefined || wanted === found.imageId) return [];
  const why = built === undefined ? `${container.image} means another image since` : `made from ${found.image}`;
  return [one("image", `${container.image}, ${short(wanted)}`, `${short(found.imageId)}: ${why}`)];
}

const short = (id: string) => id.replace(/^sha256:/, "").slice(0, 12);

function foreign({ name, service, state }: ObservedContainer): Finding {
  return finding("foreign", {
    object: name,
    service,
    declared: "not there",
    found: `${state}, with the stack's labels`,
  });
}

/** Replicas are counted from 1: one beyond the count is what a repair had put beside the others. */
function isSpare({ service, urn }: DeclaredContainer, declared: DeclaredStack): boolean {
  const count = countOf(service, declared);
  return count !== undefined && Number(/-(\d+)$/.exec(nameOf(urn))?.[1]) > count;
}

function countOf(service: string, { outputs }: DeclaredStack): number | undefined {
  if (outputs.releases.length === 0) return undefined;
  return { app: outputs.replicas, worker: outputs.workerReplicas }[service];
}

function spare({ name, service }: DeclaredContainer): Finding {
  return finding("spare", { object: name, service, declared: "not there", found: "a replica too many" });
}

/** Replicas that the last update declared and the state has lost: one removed by hand, then a refresh. */
function forgotten(declared: DeclaredStack): Finding[] {
  const [release] = declared.outputs.releases;
  // In the middle of a roll there are replicas of two releases.
  if (release === undefined || declared.unfinished.length > 0) return [];
  return replicatedServices.flatMap((service) => {
    const revision = release[`${service}Revision`];
    const mine = declared.containers.filter((container) => container.service === service);
    if (mine.some((container) => container.revision !== revision)) return [];
    const names = new Set(mine.map(({ urn }) => nameOf(urn)));
    return Array.from({ length: countOf(service, declared)! }, (_, index) => `${service}-${revision}-${index + 1}`)
      .filter((name) => !names.has(name))
      .map((object) =>
        finding("missing", { object, service, declared: "there", found: "not there, nor in the state" }),
      );
  });
}

function ofNetworks({ networks }: DeclaredStack, observed: ObservedStack): Finding[] {
  return networks.flatMap(({ id, name, internal }) => {
    const found = observed.networks.get(name);
    if (found?.id === id) return [];
    const what =
      found === undefined
        ? "not there"
        : `another one of this name${found.internal === internal ? "" : found.internal ? ", without a way out" : ", with a way out"}`;
    const serves = observed.containers.some(({ networks: on }) => on[name] !== undefined);
    return [finding("network", { object: name, serves, declared: id.slice(0, 12), found: what })];
  });
}

function ofVolumes({ volumes }: DeclaredStack, observed: ObservedStack): Finding[] {
  return volumes
    .filter(({ name }) => !observed.volumes.has(name))
    .map(({ name }) => finding("volume", { object: name, declared: "there", found: "gone, and what was on it" }));
}

function ofImages({ images }: DeclaredStack, { tags }: ObservedStack): Finding[] {
  return images.flatMap(({ name, id }) => {
    const found = tags.get(name);
    if (found === id) return [];
    if (found === undefined)
      return [finding("image-missing", { object: name, declared: short(id), found: "not there" })];
    return [finding("image-tag", { object: name, declared: short(id), found: `means ${short(found)} now` })];
  });
}
