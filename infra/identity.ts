/** Which stack something belongs to: what every Docker name begins with and every label says. */
export interface Identity {
  readonly project: string;
  readonly stack: string;
}

/** A Docker name: `<project>-<stack>-<part>-...`; two stacks live side by side on one host. */
export function dockerName({ project, stack }: Identity, ...parts: (string | number)[]): string {
  return [project, stack, ...parts].join("-");
}

/** The labels by which everything of a stack, a service or a revision is found: `docker ps --filter label=...`. */
export function labelsOf(identity: Identity, service: string, revision?: string): Record<string, string> {
  return {
    "evenkeel.project": identity.project,
    "evenkeel.stack": identity.stack,
    "evenkeel.service": service,
    ...(revision === undefined ? {} : { "evenkeel.revision": revision }),
  };
}

/** The options by which the docker command lists what is a stack's, or a service's of it. */
export function labelFilters({ project, stack }: Identity, service?: string): string[] {
  const labels = { project, stack, ...(service === undefined ? {} : { service }) };
  return Object.entries(labels).flatMap(([key, value]) => ["--filter", `label=evenkeel.${key}=${value}`]);
}

/** Labels in the form the docker provider takes, in a stable order. */
export function labelList(labels: Readonly<Record<string, string>>): { label: string; value: string }[] {
  return Object.keys(labels)
    .sort()
    .map((label) => ({ label, value: labels[label]! }));
}

/** Docker names of a stack's networks. */
export interface StackNetworks {
  /** Where the load balancer reaches the replicas. */
  readonly edge: string;
  /** Where Redis lives; it has no way out. */
  readonly internal: string;
}

export function networksOf(identity: Identity): StackNetworks {
  return { edge: dockerName(identity, "edge"), internal: dockerName(identity, "internal") };
}
