import { Stack } from "@pulumi/pulumi/automation";

import { readSettings, settingsOf } from "../infra/config";
import { planReplicas } from "../infra/replica-plan";
import { RollStep, rollSteps } from "../infra/roll";
import { declaredOf } from "./releases";
import { nameOf } from "./urn";

interface State {
  readonly resources?: readonly { readonly urn: string; readonly delete?: boolean }[];
}

/**
 * The steps in which an update has to be made so that no more than `maxSurge` extra replicas run: none where one plain
 * update does it. It looks at the state, so a roll that was interrupted goes on where it was.
 *
 * @throws SettingsError when a setting is wrong
 */
export async function batchesOf(stack: Stack, identity: { project: string; stack: string }): Promise<RollStep[]> {
  const config = Object.entries(await stack.getAllConfig()).map(([key, { value }]) => [key, value] as const);
  const settings = readSettings(settingsOf(identity.project, Object.fromEntries(config)));
  // Bundling the processes takes half a second: only where the answer may be more than one step.
  if (settings.maxSurge >= Math.max(settings.replicas, settings.workerReplicas)) return [];
  const declared = await declaredOf(stack);
  const [before] = declared.releases;
  if (before === undefined) return [];
  const { release } = planReplicas(identity, settings, declared, undefined);
  const rolls = {
    app: release.appRevision !== before.appRevision,
    worker: release.workerRevision !== before.workerRevision,
  };
  if (!rolls.app && !rolls.worker) return [];
  const state = (await stack.exportStack()).deployment as State;
  const done = [
    ...(rolls.app ? [replicasIn(state, `app-${release.appRevision}`)] : []),
    ...(rolls.worker ? [replicasIn(state, `worker-${release.workerRevision}`)] : []),
  ];
  return rollSteps(before.id, settings, Math.max(...done));
}

/** How many of a revision's replicas the state has, counted without a gap from the first. */
export function replicasIn({ resources = [] }: State, revision: string): number {
  const names = new Set(resources.filter((item) => item.delete !== true).map(({ urn }) => nameOf(urn)));
  let count = 0;
  while (names.has(`${revision}-${count + 1}`)) count++;
  return count;
}
