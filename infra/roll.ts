import { Declared } from "./declared";
import { SettingsError } from "./settings-error";

/** One step of a roll in batches, as `npm run up` asks the program for it: the plain program does a roll at once. */
export interface RollStep {
  /** The release that leaves. */
  readonly from: string;
  /** Replicas of each service that are of the new release after this step. */
  readonly replaced: number;
}

/** The environment variable that carries a step to the program. */
export const rollVariable = "EVENKEEL_ROLL";

/** @throws Error when the variable holds something else: it is no setting, only `npm run up` writes it */
export function readRollStep(text: string | undefined): RollStep | undefined {
  if (!text) return undefined;
  const [, from, replaced] = /^([0-9a-f]{8}):(\d{1,3})$/.exec(text) ?? [];
  if (from === undefined) throw new Error(`${rollVariable}: got "${text}", allowed is <release>:<replicas>`);
  return { from, replaced: Number(replaced) };
}

export function writeRollStep({ from, replaced }: RollStep): string {
  return `${from}:${replaced}`;
}

/** Whether a step ends the roll: every replica is of the new release. */
export function isLastStep(
  { replaced }: RollStep,
  { replicas, workerReplicas }: { readonly replicas: number; readonly workerReplicas: number },
): boolean {
  return replaced >= Math.max(replicas, workerReplicas);
}

/**
 * The steps of a roll: at most `maxSurge` more replicas of the new release in each, and as many of the old one fewer.
 *
 * @param done replicas that are of the new release already: what an interrupted roll left
 */
export function rollSteps(
  from: string,
  counts: { readonly replicas: number; readonly workerReplicas: number; readonly maxSurge: number },
  done: number,
): RollStep[] {
  const steps: RollStep[] = [];
  const all = Math.max(counts.replicas, counts.workerReplicas);
  // What was interrupted may have created its replicas and not yet removed those they stand for: that comes first.
  let replaced = done > 0 ? done : counts.maxSurge;
  do {
    steps.push({ from, replaced: Math.min(replaced, all) });
    replaced += counts.maxSurge;
  } while (!isLastStep(steps.at(-1)!, counts));
  return steps;
}

/**
 * Which replicas of a service are of the new release and which still of the old one: never fewer than there were.
 *
 * @param last whether the step ends the roll: nothing of the old release stays
 */
export function splitReplicas(
  replicas: number,
  before: number,
  step: RollStep | undefined,
  last = false,
): { current: number[]; leaving: number[] } {
  const range = (first: number, last: number) =>
    Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  if (step === undefined || last) return { current: range(1, replicas), leaving: [] };
  return { current: range(1, Math.min(replicas, step.replaced)), leaving: range(step.replaced + 1, before) };
}

/**
 * A plain `pulumi up` creates all new replicas before it removes an old one. Where the settings bound that, only
 * `npm run up` can do the roll.
 *
 * @throws SettingsError when the roll needs more replicas beside the old ones than `maxSurge`
 */
export function requireSurge(
  { releases: [before] }: Declared,
  now: { readonly appRevision: string; readonly workerRevision: string },
  counts: { readonly replicas: number; readonly workerReplicas: number; readonly maxSurge: number },
  step: RollStep | undefined,
): void {
  if (before === undefined || step !== undefined) return;
  const surge = Math.max(
    before.appRevision === now.appRevision ? 0 : counts.replicas,
    before.workerRevision === now.workerRevision ? 0 : counts.workerReplicas,
  );
  if (surge > counts.maxSurge) {
    throw new SettingsError(
      `maxSurge: this roll would run ${surge} new replicas beside the old ones, allowed are ${counts.maxSurge}; nothing was ` +
        "changed. Roll in batches: npm run up. Or allow it: pulumi config set maxSurge " +
        surge,
    );
  }
}
