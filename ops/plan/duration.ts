import { readSettings, Settings, settingsOf } from "../../infra/config";
import { timing } from "../../infra/timing";

/** What an update does, as far as its time depends on it. */
export interface Work {
  /** Replicas and parts created, and removed. */
  readonly created: number;
  readonly removed: number;
  /** Whether a new revision takes over from an old one: then it bakes. */
  readonly rolls: boolean;
  /** Parts that are stopped and started. */
  readonly replaced: number;
  readonly settings: Pick<
    Settings,
    "replicas" | "workerReplicas" | "maxSurge" | "minReadySeconds" | "bakeSeconds" | "drainSeconds"
  >;
}

/**
 * Seconds, as measured on two cores (docs/design.md, "Scaling beside the peers"): the CLI and the program; a container made,
 * and removed; from started to ready; a part stopped and started.
 */
const measured = { base: 1.9, create: 0.25, ready: 0.6, remove: 0.15, exit: 0.6, replace: 3 };

/** How long an update takes from what it is made of, in seconds: a model, not a promise. */
export function modelSeconds({ created, removed, rolls, replaced, settings }: Work): number {
  const { maxSurge, minReadySeconds, bakeSeconds, drainSeconds } = settings;
  const all = Math.max(settings.replicas, settings.workerReplicas);
  const batches = rolls && maxSurge < all ? Math.ceil(all / maxSurge) : 1;
  const ready = created > 0 ? measured.ready + minReadySeconds + timing.balancerThrottle + timing.balancerReload : 0;
  const leave = removed > 0 ? drainSeconds + measured.exit : 0;
  return (
    batches * (measured.base + ready + (rolls ? bakeSeconds : 0) + leave) +
    created * measured.create +
    removed * measured.remove +
    replaced * measured.replace
  );
}

/** One of the updates before, as Pulumi's history has it. */
export interface EarlierUpdate {
  readonly kind: string;
  readonly result: string;
  readonly startTime: Date;
  readonly endTime?: Date;
  readonly resourceChanges?: Readonly<Partial<Record<string, number>>>;
  readonly config: Readonly<Record<string, { readonly value: string }>>;
}

/** How long an update is expected to take. */
export interface ExpectedDuration {
  readonly seconds: number;
  /** Whether this stack's earlier updates corrected the model. */
  readonly basis: "model" | "history";
  /** Those updates, the newest first: what they took, and what the model says of them. */
  readonly earlier: readonly { readonly at: string; readonly seconds: number; readonly modelSeconds: number }[];
}

/** How many earlier updates count. */
const remembered = 5;

/**
 * The model's answer for an update, corrected by how far it was off for the last ones of this stack: their median ratio, from a
 * half to four. An update that changed nothing, or failed, tells nothing.
 *
 * @param history the newest first
 */
export function expectedDuration(work: Work, history: readonly EarlierUpdate[], namespace: string): ExpectedDuration {
  const earlier = history
    .filter(({ kind, result, endTime }) => kind === "update" && result === "succeeded" && endTime !== undefined)
    .flatMap((update) => {
      const model = modelOf(update, namespace);
      const seconds = (update.endTime!.getTime() - update.startTime.getTime()) / 1000;
      return model === undefined || seconds <= 0
        ? []
        : { at: update.startTime.toISOString(), seconds, modelSeconds: model };
    })
    .slice(0, remembered);
  const model = modelSeconds(work);
  if (earlier.length === 0) return { seconds: model, basis: "model", earlier };
  const ratios = earlier.map((one) => one.seconds / one.modelSeconds).sort((a, b) => a - b);
  const median = ratios[Math.floor(ratios.length / 2)]!;
  return { seconds: model * Math.min(4, Math.max(0.5, median)), basis: "history", earlier };
}

/** The model's seconds for an earlier update; undefined where it changed nothing or its settings are not read any more. */
function modelOf({ resourceChanges = {}, config }: EarlierUpdate, namespace: string): number | undefined {
  const created = resourceChanges.create ?? 0;
  const removed = resourceChanges.delete ?? 0;
  const replaced = resourceChanges.replace ?? 0;
  // Beside containers the first update makes networks, volumes, passwords and images, which take next to nothing.
  if (created + removed + replaced === 0 || created > 0.8 * Object.values(resourceChanges).reduce<number>(sum, 0)) {
    return undefined;
  }
  try {
    const raw = Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value]));
    const settings = readSettings(settingsOf(namespace, raw));
    return modelSeconds({ created, removed, rolls: created > 0 && removed > 0, replaced, settings });
  } catch {
    return undefined;
  }
}

function sum(total: number, count: number | undefined): number {
  return total + (count ?? 0);
}
