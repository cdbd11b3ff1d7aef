import { readEnvironmentLines } from "../environment-lines";
import { ObservedContainer } from "../observed";
import { DeclaredContainer } from "./declared";
import { DriftKind } from "./finding";
import { ImageDefaults } from "./observe";

/** One difference of a container: what is declared and what was found, for a person, without a secret. */
export type Difference = readonly [kind: DriftKind, declared: string, found: string];

/** Differences named in one line; more are counted. */
const named = 4;

/**
 * How a container differs from its declaration. What is not declared is the image's or the engine's to choose.
 *
 * @param image what the container's image brings along; undefined when the image is gone: then what could be its is not looked at
 */
export function compareContainer(
  declared: DeclaredContainer,
  found: ObservedContainer,
  image: ImageDefaults | undefined,
): Difference[] {
  return [
    ...(found.id === declared.id
      ? []
      : [["identity", declared.id.slice(0, 12), `${found.id.slice(0, 12)}, which no update made`] as const]),
    ...(found.name === declared.name ? [] : [["name", declared.name, found.name] as const]),
    ...maps("environment", declared.environment, found.environment, image && readEnvironmentLines(image.environment)),
    ...maps("labels", declared.labels, found.labels, image?.labels),
    ...networks(declared, found),
    ...texts("limits", limitsOf(declared), limitsOf({ ...found, ...found.limits })),
    ...texts("restart-policy", declared.restartPolicy, found.restartPolicy),
    ...process(declared, found, image),
    ...texts("security", securityOf(declared, image), securityOf(found, undefined)),
    ...texts("mounts", mountsOf(declared), mountsOf(found)),
    ...texts("ports", portsOf(declared), portsOf(found)),
  ];
}

/** Compares by key, and names keys only: a value may be a secret. What is not declared may have the image's value. */
function maps(
  kind: DriftKind,
  declared: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
  image: Readonly<Record<string, string>> | undefined,
): Difference[] {
  const keys = Object.keys(declared);
  const missing = keys.filter((key) => found[key] === undefined);
  const differs = keys.filter((key) => found[key] !== undefined && found[key] !== declared[key]);
  const extra = image
    ? Object.keys(found).filter((key) => declared[key] === undefined && found[key] !== image[key])
    : [];
  const parts = [
    ["differs", differs],
    ["missing", missing],
    ["not declared", extra],
  ] as const;
  const text = parts.filter(([, list]) => list.length > 0).map(([word, list]) => `${listed(list)} ${word}`);
  if (text.length === 0) return [];
  return [[kind, [...differs, ...missing].length > 0 ? `${keys.length} values` : "without it", text.join("; ")]];
}

function listed(all: readonly string[]): string {
  const names = all.slice(0, named).join(", ");
  return all.length > named ? `${names} and ${all.length - named} more` : names;
}

function networks(declared: DeclaredContainer, found: ObservedContainer): Difference[] {
  const wanted = Object.entries(declared.networks);
  const missing = wanted.filter(([name]) => found.networks[name] === undefined).map(([name]) => `off ${name}`);
  const unnamed = wanted.flatMap(([name, { aliases }]) =>
    aliases
      .filter((alias) => found.networks[name] && !found.networks[name].aliases.includes(alias))
      .map((alias) => `on ${name} without its name ${alias}`),
  );
  const extra = Object.keys(found.networks)
    .filter((name) => declared.networks[name] === undefined)
    .map((name) => `also on ${name}`);
  const all = [...missing, ...unnamed, ...extra];
  return all.length === 0 ? [] : [["networks", Object.keys(declared.networks).join(", "), all.join(", ")]];
}

function process(
  declared: DeclaredContainer,
  found: ObservedContainer,
  image: ImageDefaults | undefined,
): Difference[] {
  const command = declared.command ?? image?.command;
  const entrypoint = declared.entrypoint ?? image?.entrypoint;
  const same =
    (command === undefined || sameList(command, found.command)) &&
    (entrypoint === undefined || sameList(entrypoint, found.entrypoint));
  return [
    ...(same ? [] : [["command", "as deployed", "differs"] as const]),
    ...(declared.healthTest === undefined
      ? []
      : texts("health-check", declared.healthTest.join(" ") || "none", found.healthTest.join(" ") || "none")),
  ];
}

const sameList = (one: readonly string[], other: readonly string[]) => JSON.stringify(one) === JSON.stringify(other);

function texts(kind: DriftKind, declared: string, found: string): Difference[] {
  return declared === found ? [] : [[kind, declared, found]];
}

function limitsOf({ cpus, memoryMiB, memorySwapMiB }: { cpus: number; memoryMiB: number; memorySwapMiB?: number }) {
  const swap = memorySwapMiB === undefined || memorySwapMiB === memoryMiB ? "" : `, ${memorySwapMiB} MiB with swap`;
  return `${cpus} CPUs, ${memoryMiB} MiB${swap}`;
}

type Security = Pick<
  DeclaredContainer,
  "readOnly" | "privileged" | "addedCapabilities" | "droppedCapabilities" | "securityOptions"
> & { readonly user?: string };

function securityOf(it: Security, image: ImageDefaults | undefined): string {
  const sorted = (list: readonly string[]) => [...list].sort().join(" ");
  return [
    `user ${it.user ?? image?.user ?? ""}`,
    `root file system ${it.readOnly ? "read-only" : "writable"}`,
    it.privileged ? "privileged" : "",
    it.addedCapabilities.length > 0 ? `with ${sorted(it.addedCapabilities)}` : "",
    it.droppedCapabilities.length > 0 ? `without ${sorted(it.droppedCapabilities)}` : "",
    sorted(it.securityOptions),
  ]
    .filter(Boolean)
    .join(", ");
}

function mountsOf({ mounts }: Pick<DeclaredContainer, "mounts">): string {
  const lines = mounts.map(({ source, target, readOnly }) => `${source}:${target}${readOnly ? ":ro" : ""}`);
  return lines.sort().join(", ") || "none";
}

function portsOf({ ports }: Pick<DeclaredContainer, "ports">): string {
  return (
    ports
      .map(({ internal, external, ip }) => `${ip}:${external}->${internal}`)
      .sort()
      .join(", ") || "none"
  );
}
