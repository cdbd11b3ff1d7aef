import { compareSources, SourceChange, Sources } from "../../infra/sources";
import { Inputs } from "./change";

/** What makes a container another one. */
export type ReasonInput =
  "code" | "environment" | "limits" | "labels" | "health check" | "stop times" | "networks" | "ports" | "options";

/** One input that differs, and how. */
export interface Reason {
  readonly input: ReasonInput;
  /** What of it: `logLevel: info -> debug`; for code the files and packages. Empty where nothing more is known. */
  readonly details: readonly string[];
}

/** A container before and after, without its secrets' values. */
export interface ContainerSide {
  readonly inputs: Inputs;
  /** Plain variables; undefined where they are not known. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What its image was made of; undefined where the state does not tell. */
  readonly sources?: Sources;
}

const inputOf: Readonly<Record<string, ReasonInput>> = {
  image: "code",
  envs: "environment",
  memory: "limits",
  cpus: "limits",
  labels: "labels",
  healthcheck: "health check",
  destroyGraceSeconds: "stop times",
  stopTimeout: "stop times",
  networksAdvanced: "networks",
  ports: "ports",
};

/** Inputs that say nothing of what a container is, or nothing that another one does not say (there is no swap beyond the memory). */
const silent = new Set(["name", "envs", "memorySwap", "wait", "waitTimeout", "mustRun", "attach", "logs"]);

/** Why a container is made anew: each input that differs, in one order. */
export function reasonsFor(before: ContainerSide, after: ContainerSide): Reason[] {
  const details = new Map<ReasonInput, string[]>();
  const add = (input: ReasonInput, lines: readonly string[]) =>
    details.set(input, [...(details.get(input) ?? []), ...lines]);
  for (const key of [...new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)])].sort()) {
    const [old, wanted] = [before.inputs[key], after.inputs[key]];
    if (silent.has(key) || same(old, wanted, key)) continue;
    add(
      inputOf[key] ?? "options",
      key === "image" ? codeLines(before.sources, after.sources) : linesOf(key, old, wanted),
    );
  }
  if (before.environment && after.environment) {
    const lines = recordLines(before.environment, after.environment);
    if (lines.length > 0) add("environment", lines);
  }
  const order = [...new Set([...Object.values(inputOf), "options" as const])];
  return order.flatMap((input) => (details.has(input) ? { input, details: details.get(input)! } : []));
}

/** Files first, then packages; "app/main.ts changed", "pino 10.4.0 -> 10.5.0". */
function codeLines(before: Sources | undefined, after: Sources | undefined): string[] {
  if (before === undefined || after === undefined || !hasFiles(before) || !hasFiles(after)) return [];
  return compareSources(before, after).map(sourceLine);
}

/** An image that an older version of Evenkeel made tells nothing of its sources. */
function hasFiles(sources: Sources): boolean {
  return Object.keys(sources).length > 0;
}

function sourceLine({ what, how, from, to }: SourceChange): string {
  const name = what.replace(/^npm:/, "");
  if (from !== undefined && to !== undefined) return `${name} ${from} -> ${to}`;
  return `${name} ${how}`;
}

/** The load balancer's names hold a hash of what they define: it differs whenever anything else does. */
function withoutHash(text: string): string {
  return text.replace(/\b(app|worker)-[0-9a-f]{8}\b/g, "$1");
}

function same(old: unknown, wanted: unknown, key: string): boolean {
  if (key === "labels") return recordLines(labelsOf(old), labelsOf(wanted)).length === 0;
  return JSON.stringify(old ?? null) === JSON.stringify(wanted ?? null);
}

function linesOf(key: string, old: unknown, wanted: unknown): string[] {
  if (key === "labels") return recordLines(labelsOf(old), labelsOf(wanted));
  if (key === "ports") return [`${portText(old)} -> ${portText(wanted)}`];
  const [from, to] = [text(old), text(wanted)];
  return from.length + to.length > 100 ? [key] : [`${key} ${from} -> ${to}`];
}

/** Labels as one record, but for the stack's own, which tell of the change and are not it. */
function labelsOf(value: unknown): Record<string, string> {
  const list = (value ?? []) as readonly { label: string; value: string }[];
  return Object.fromEntries(
    list
      .filter(({ label }) => label !== "evenkeel.revision")
      .map((item) => [withoutHash(item.label), withoutHash(item.value)]),
  );
}

function recordLines(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => before[key] !== after[key])
    .sort()
    .map((key) => `${key} ${before[key] ?? "(none)"} -> ${after[key] ?? "(none)"}`);
}

function portText(value: unknown): string {
  const list = (value ?? []) as readonly { external?: number }[];
  return list.map(({ external }) => external).join(", ") || "none";
}

function text(value: unknown): string {
  if (value === undefined || value === null) return "(none)";
  return typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
}
