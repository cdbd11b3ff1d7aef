import { Interruption } from "../../infra/interruption";
import { ResourceChange } from "./change";
import { Reason } from "./reasons";
import { replicaOf, Resource, Service } from "./state";

/** What a change does to the people who are served by a part of the stack. */
export type Verdict =
  "nothing" | "starts" | "scales" | "rolls" | "updates in place" | "stops" | "interrupts" | "deletes data";

/** What happens to one part of the stack. */
export interface ServicePlan {
  readonly service: Service;
  readonly verdict: Verdict;
  /** One sentence: what the people who are served see of it. */
  readonly effect: string;
  readonly replicas: { readonly now: number; readonly then: number };
  /** Revisions of the replicas, or of the part; several in the middle of a roll, none where it is not there. */
  readonly revisions: { readonly now: readonly string[]; readonly then: readonly string[] };
  /** Containers touched, by their names in the program. */
  readonly containers: {
    readonly create: readonly string[];
    readonly update: readonly string[];
    readonly replace: readonly string[];
    readonly delete: readonly string[];
  };
  /** Which inputs changed; empty where nothing is made anew. */
  readonly why: readonly Reason[];
  /** Where people notice: for how long, about, and what would avoid it. */
  readonly interruption?: {
    /** undefined where it was never measured. */
    readonly seconds?: number;
    readonly avoid: string;
    /** Whether `allowInterruption` holds the person's word for exactly this change. */
    readonly allowed: boolean;
    /** What `allowInterruption` has to hold. */
    readonly token?: string;
  };
}

export interface VerdictArgs {
  readonly service: Service;
  /** What the state has of the service. */
  readonly resources: readonly Resource[];
  /** What a preview would do to it. */
  readonly changes: readonly ResourceChange[];
  readonly why: readonly Reason[];
  /** Of the whole stack; `allowed` as the settings say. */
  readonly interruptions: readonly (Interruption & { readonly allowed: boolean })[];
}

/** Volumes with something in them that can't be made again. */
const dataVolumes = ["redis-data"];

/** What a preview's changes mean for one part of the stack. Pure. */
export function decideVerdict({ service, resources, changes, why, interruptions }: VerdictArgs): ServicePlan {
  const containersOf = (op: ResourceChange["op"]) =>
    changes.filter((change) => change.kind === "Container" && change.op === op).map(({ name }) => name);
  const containers = {
    create: containersOf("create"),
    update: containersOf("update"),
    replace: containersOf("replace"),
    delete: containersOf("delete"),
  };
  const now = resources.filter(({ kind }) => kind === "Container").map(({ name }) => name);
  const then = [...now.filter((name) => !containers.delete.includes(name)), ...containers.create];
  const base = {
    service,
    replicas: { now: now.length, then: then.length },
    revisions: revisions(now, then, resources, changes),
    containers,
    why: containers.create.length + containers.replace.length + containers.update.length > 0 ? why : [],
  };
  const lost = changes.filter(
    ({ kind, op, name }) => kind === "Volume" && dataVolumes.includes(name) && (op === "delete" || op === "replace"),
  );
  if (lost.length > 0) {
    return {
      ...base,
      verdict: "deletes data",
      effect: `everything in ${lost.map(({ name }) => name).join(", ")} is lost`,
    };
  }
  const isReplicated = service === "app" || service === "worker";
  const interruption = interruptionOf(service, changes, interruptions);
  if (interruption) return { ...base, verdict: "interrupts", ...interruption };
  if (now.length === 0 && then.length > 0) {
    return { ...base, verdict: isReplicated ? "scales" : "starts", effect: "it is not there yet" };
  }
  if (isReplicated) return { ...base, ...replicatedVerdict(service, now, then, containers) };
  if (then.length < now.length) return { ...base, verdict: "stops", effect: stopEffects[service] ?? "" };
  if (containers.replace.length + containers.update.length > 0) {
    return { ...base, verdict: "updates in place", effect: inPlaceEffects[service] ?? "no client notices" };
  }
  return { ...base, verdict: "nothing", effect: "" };
}

const stopEffects: Partial<Record<Service, string>> = {
  healer: "no client notices; a replica that hangs is not restarted any more",
};

const inPlaceEffects: Partial<Record<Service, string>> = {
  "docker-socket": "no client notices; for a second the load balancer does not hear of replicas that come and go",
  healer: "no client notices; for a second nobody restarts a replica that hangs",
};

function replicatedVerdict(
  service: "app" | "worker",
  now: readonly string[],
  then: readonly string[],
  containers: ServicePlan["containers"],
): { verdict: Verdict; effect: string } {
  const before = new Set(now.map((name) => replicaOf(name)?.revision));
  const isNew = containers.create.some((name) => !before.has(replicaOf(name)?.revision));
  const stays = service === "app" ? "no client notices" : "no job is lost";
  const leave =
    service === "app" ? "; streams are closed and come back elsewhere" : "; jobs under way are finished first";
  const effect = `${stays}${containers.delete.length + containers.replace.length > 0 ? leave : ""}`;
  if (then.length === 0 && now.length > 0) {
    return { verdict: "scales", effect: "jobs wait until there is a worker again" };
  }
  if (isNew) return { verdict: "rolls", effect };
  if (containers.create.length + containers.delete.length > 0) return { verdict: "scales", effect };
  if (containers.update.length > 0) return { verdict: "updates in place", effect };
  return { verdict: "nothing", effect: "" };
}

/**
 * A part of which there can be only one is stopped before the next one starts; a replica replaced under its own name is away for
 * that long too, which only a hand in the state, or a network made anew, brings about.
 */
function interruptionOf(
  service: Service,
  changes: readonly ResourceChange[],
  interruptions: VerdictArgs["interruptions"],
): Required<Pick<ServicePlan, "interruption" | "effect">> | undefined {
  const known = interruptions.find(({ part }) => part === service);
  if (known) {
    const { what, seconds, avoid, allowed, token } = known;
    return { effect: what, interruption: { seconds, avoid, allowed, token } };
  }
  const stands = (kind: string) => changes.some((change) => change.kind === kind && change.op === "replace");
  const avoid = "do it when few people are there";
  if (service === "network" && stands("Network")) {
    return { effect: "every container leaves the network for a while", interruption: { avoid, allowed: false } };
  }
  const single = service === "redis" || service === "traefik";
  if ((single || service === "app") && (stands("Container") || (single && isTakenAway(changes)))) {
    return { effect: "it is stopped and started", interruption: { avoid, allowed: false } };
  }
  return undefined;
}

function isTakenAway(changes: readonly ResourceChange[]): boolean {
  return changes.some(({ kind, op }) => kind === "Container" && op === "delete");
}

/** Of replicas their names tell; of a part its label. */
function revisions(
  now: readonly string[],
  then: readonly string[],
  resources: readonly Resource[],
  changes: readonly ResourceChange[],
): ServicePlan["revisions"] {
  const labelled = (inputs: Resource["inputs"] | undefined) =>
    (inputs?.labels as { label: string; value: string }[] | undefined)?.find(
      ({ label }) => label === "evenkeel.revision",
    )?.value;
  const before = (name: string) =>
    replicaOf(name)?.revision ?? labelled(resources.find((item) => item.name === name)?.inputs);
  const after = (name: string) => {
    const change = changes.find((item) => item.kind === "Container" && item.name === name && item.op !== "delete");
    return change ? (replicaOf(name)?.revision ?? labelled(change.after)) : before(name);
  };
  const unique = (list: readonly (string | undefined)[]) => [...new Set(list.filter((item) => item !== undefined))];
  return { now: unique(now.map(before)), then: unique(then.map(after)) };
}
