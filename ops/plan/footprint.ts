import { coresOf, defaultPeriod } from "../../infra/cpu-quota";
import { replicatedServices } from "../../infra/replicated-services";
import { isLastStep, rollSteps, RollStep, splitReplicas } from "../../infra/roll";
import { Inputs, ResourceChange } from "./change";
import { replicaOf, Resource } from "./state";

/** What containers may use together, by their limits. */
export interface Footprint {
  /** Cores. */
  readonly cpus: number;
  readonly memoryMiB: number;
}

/** What a stack may use before, during and after a change. */
export interface FootprintPlan {
  readonly now: Footprint;
  /** The most at any moment of the change: old replicas and new ones side by side. */
  readonly peak: Footprint;
  readonly then: Footprint;
  /** The largest CPU limit of a single container, in cores: an engine with fewer refuses it. */
  readonly largestCpus: { readonly container: string; readonly cpus: number };
  /** Host ports that are published only after the change. */
  readonly newPorts: readonly number[];
}

export interface FootprintArgs {
  readonly resources: readonly Resource[];
  readonly changes: readonly ResourceChange[];
  readonly counts: { readonly replicas: number; readonly workerReplicas: number; readonly maxSurge: number };
}

const nothing: Footprint = { cpus: 0, memoryMiB: 0 };

/** What a change needs of its host. Pure. */
export function footprintOf({ resources, changes, counts }: FootprintArgs): FootprintPlan {
  const before = resources.filter(({ kind }) => kind === "Container");
  const containers = changes.filter(({ kind }) => kind === "Container");
  const gone = new Set(containers.filter(({ op }) => op === "delete").map(({ name }) => name));
  const made = new Map(containers.filter(({ op }) => op !== "delete").map(({ name, after }) => [name, after]));
  const after = [
    ...before.filter(({ name }) => !gone.has(name) && !made.has(name)),
    ...[...made].map(([name, inputs]) => ({ name, inputs })),
  ];
  const now = sum(before);
  const then = sum(after);
  const isReplica = ({ name }: { name: string }) => replicaOf(name) !== undefined;
  const fixed = maximum(sum(before.filter((item) => !isReplica(item))), sum(after.filter((item) => !isReplica(item))));
  const moments = peakMoments(before.filter(isReplica), after.filter(isReplica), counts);
  const peak = moments.map((moment) => add(fixed, moment)).reduce(maximum, maximum(now, then));
  // A quota is no such promise: the engine takes it on any host.
  const largest = after.map(({ name, inputs }) => ({ container: name, cpus: Number(inputs.cpus ?? 0) }));
  const ports = (list: readonly { inputs: Inputs }[]) => new Set(list.flatMap(({ inputs }) => portsOf(inputs)));
  return {
    ...{ now, peak, then },
    largestCpus: largest.reduce((most, item) => (item.cpus > most.cpus ? item : most), { container: "", cpus: 0 }),
    newPorts: [...ports(after)].filter((port) => !ports(before).has(port)),
  };
}

interface Sized {
  readonly name: string;
  readonly inputs: Inputs;
}

/** What the replicas of both services use at each moment when new ones are there and old ones not yet gone. */
function peakMoments(before: readonly Sized[], after: readonly Sized[], counts: FootprintArgs["counts"]): Footprint[] {
  const has = (list: readonly Sized[], { name }: Sized) => list.some((item) => item.name === name);
  const batches = counts.maxSurge < Math.max(counts.replicas, counts.workerReplicas);
  if (!batches) return [add(sum(before), sum(after.filter((item) => !has(before, item))))];
  let running = before;
  return rollSteps("00000000", counts, 0).map((step) => {
    const wanted = wantedAt(step, before, after, counts);
    const moment = sum([...running, ...wanted.filter((item) => !has(running, item))]);
    running = wanted;
    return moment;
  });
}

/** The replicas there are after one step of a roll in batches. */
function wantedAt(
  step: RollStep,
  before: readonly Sized[],
  after: readonly Sized[],
  counts: FootprintArgs["counts"],
): Sized[] {
  const last = isLastStep(step, counts);
  const wanted = replicatedServices.flatMap((service) => {
    const mine = (list: readonly Sized[]) => list.filter(({ name }) => replicaOf(name)?.service === service);
    const at = (list: readonly Sized[], indexes: readonly number[]) =>
      mine(list).filter(({ name }) => indexes.includes(replicaOf(name)!.index));
    const count = service === "app" ? counts.replicas : counts.workerReplicas;
    const { current, leaving } = splitReplicas(count, mine(before).length, step, last);
    return [...at(after, current), ...at(before, leaving)];
  });
  return [...new Map(wanted.map((item) => [item.name, item])).values()];
}

/** A container's limits, CPU as cores or as a quota of a period; none counts as nothing, for nothing is known. */
function limitsOf({ cpus, cpuQuota, cpuPeriod, memory }: Inputs): Footprint {
  const quota = coresOf(Number(cpuQuota ?? 0), Number(cpuPeriod ?? defaultPeriod));
  return { cpus: Number(cpus ?? quota), memoryMiB: Number(memory ?? 0) };
}

function portsOf({ ports = [] }: Inputs): number[] {
  return (ports as readonly { external?: number }[]).flatMap(({ external }) => external ?? []);
}

function sum(list: readonly { inputs: Inputs }[]): Footprint {
  return list.map(({ inputs }) => limitsOf(inputs)).reduce(add, nothing);
}

function add(a: Footprint, b: Footprint): Footprint {
  return { cpus: round(a.cpus + b.cpus), memoryMiB: a.memoryMiB + b.memoryMiB };
}

function maximum(a: Footprint, b: Footprint): Footprint {
  return { cpus: Math.max(a.cpus, b.cpus), memoryMiB: Math.max(a.memoryMiB, b.memoryMiB) };
}

/** Tenths of a core add up to a tenth of a core. */
function round(cores: number): number {
  return Math.round(cores * 1000) / 1000;
}
