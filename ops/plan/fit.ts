import { Footprint, FootprintPlan } from "./footprint";
import { Host } from "./host";
import { Refusal } from "./refusal";

/** What a change needs beside what its host has. */
export interface Fit {
  /** Of the host. */
  readonly total: Footprint;
  /** Memory that nobody but this stack uses, in MiB. */
  readonly freeMemoryMiB: number;
  /** CPU limits at the peak, as a multiple of the host's cores. Above 1 they share: slower, and no error. */
  readonly cpuShare: number;
  readonly problems: readonly (Refusal & { readonly kind: "does not fit" })[];
}

/**
 * Holds a change against its host. Memory that the limits promise has to be there, for there is no swap beyond it; cores are
 * shared, but no engine takes one container with more than it has.
 */
export function judgeFit({ peak, largestCpus, newPorts }: FootprintPlan, host: Host): Fit {
  const problems: Fit["problems"][number][] = [];
  if (peak.memoryMiB > host.freeMemoryMiB) {
    problems.push({
      kind: "does not fit",
      what: `memory: ${peak.memoryMiB} MiB at the peak of the change, ${host.freeMemoryMiB} of the host's ${host.memoryMiB} MiB are free for it`,
      mend: "fewer replicas, lower limits (app.memoryMiB, worker.memoryMiB), or fewer at once: pulumi config set maxSurge 1",
    });
  }
  if (largestCpus.cpus > host.cpus) {
    problems.push({
      kind: "does not fit",
      what: `CPU: ${largestCpus.container} has a limit of ${largestCpus.cpus} cores, the host has ${host.cpus}: its engine refuses that`,
      mend: `a limit of at most ${host.cpus} (app.cpus, worker.cpus), or a larger host`,
    });
  }
  for (const port of newPorts.filter((number) => host.takenPorts.has(number))) {
    problems.push({
      kind: "does not fit",
      what: `port ${port}: taken by ${host.takenPorts.get(port)}`,
      mend: "choose another: pulumi config set httpPort (or dashboardPort)",
    });
  }
  return {
    total: { cpus: host.cpus, memoryMiB: host.memoryMiB },
    freeMemoryMiB: host.freeMemoryMiB,
    cpuShare: Math.round((peak.cpus / host.cpus) * 100) / 100,
    problems,
  };
}
