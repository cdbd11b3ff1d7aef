/** What `npm run drift -- --repair` asks the program for: the deployed release again, whatever the code in this folder is now. */
export interface RepairStep {
  /** Id of the deployed release. */
  readonly release: string;
  /** Replicas beyond the declared ones, which serve while others are made anew. */
  readonly spares: { readonly app: number; readonly worker: number };
}

/** The environment variable that carries a step to the program. */
export const repairVariable = "EVENKEEL_REPAIR";

/** @throws Error when the variable holds something else: it is no setting, only `npm run drift` writes it */
export function readRepairStep(text: string | undefined): RepairStep | undefined {
  if (!text) return undefined;
  const [, release, app, worker] = /^([0-9a-f]{8}):(\d{1,3}):(\d{1,3})$/.exec(text) ?? [];
  if (release === undefined) {
    throw new Error(`${repairVariable}: got "${text}", allowed is <release>:<spare app replicas>:<spare workers>`);
  }
  return { release, spares: { app: Number(app), worker: Number(worker) } };
}

export function writeRepairStep({ release, spares }: RepairStep): string {
  return `${release}:${spares.app}:${spares.worker}`;
}
