/** A replica of a service, as a repair looks at it. */
export interface RepairReplica {
  readonly name: string;
  /** Whether it takes part in serving now. */
  readonly serves: boolean;
  /** Whether it has to be made anew. */
  readonly drifted: boolean;
}

/** What to do next for a service: make some replicas anew, or put a spare one beside them first. */
export type GroupDecision =
  | { readonly action: "replace"; readonly names: readonly string[] }
  | { readonly action: "add spare" }
  | { readonly action: "none" };

/**
 * Decides which drifted replicas of a service are made anew next, so that never less than half of the declared ones, and never less
 * than one, serve. Those that serve nobody go first, all at once: they are missed by nobody, and the update that follows waits
 * for every replica to be well.
 *
 * @param replicas what there is, a spare one too
 * @param count how many are declared
 */
export function decideGroup(replicas: readonly RepairReplica[], count: number): GroupDecision {
  const drifted = replicas.filter((replica) => replica.drifted);
  if (drifted.length === 0) return { action: "none" };
  const idle = drifted.filter(({ serves }) => !serves);
  if (idle.length > 0) return { action: "replace", names: idle.map(({ name }) => name) };
  const serving = replicas.filter(({ serves }) => serves).length;
  const least = Math.max(1, Math.ceil(count / 2));
  const room = serving - least;
  if (room >= 1) return { action: "replace", names: drifted.slice(0, room).map(({ name }) => name) };
  // With a spare already there and still no room, others are down for a reason that a repair does not know.
  if (replicas.length > count) return { action: "none" };
  return { action: "add spare" };
}
