import type { UpdateSummary } from "@pulumi/pulumi/automation";

import { readChangeMessage } from "../change-message";

/** One line of the stack's history. */
export interface Change {
  readonly startedAt: Date;
  /** Pulumi's word: update, refresh, destroy, resource-import. */
  readonly kind: string;
  /** Pulumi's word: succeeded, failed, in-progress. */
  readonly result: string;
  readonly seconds: number;
  /** Resources by what was done to them (create, update, delete, replace); what stayed the same is left out. */
  readonly resources: Readonly<Record<string, number>>;
  /** Who made it: user@host, else the author of the commit it was made from, else "unknown". */
  readonly who: string;
  /** What was run, or the commit's subject; empty when nothing is known. */
  readonly message: string;
}

/** Reads Pulumi's history, the newest first. */
export function changesOf(history: readonly UpdateSummary[]): Change[] {
  return history.map(({ startTime, endTime, kind, result, resourceChanges = {}, message, environment }) => {
    const told = readChangeMessage(message);
    return {
      startedAt: startTime,
      kind,
      result,
      seconds: Math.max(0, (endTime.getTime() - startTime.getTime()) / 1000),
      resources: Object.fromEntries(
        Object.entries(resourceChanges).filter(([operation, count]) => operation !== "same" && (count ?? 0) > 0),
      ),
      who: told?.who ?? (environment["git.author"] || environment["git.committer"] || "unknown"),
      message: (told?.command ?? message).split("\n")[0]!,
    };
  });
}

/** Whether the stack, as it was last brought up, has a healer: the setting `heal`. */
export function healsBy(history: readonly UpdateSummary[], project: string): boolean {
  const last = history.find(({ kind, result }) => kind === "update" && result === "succeeded");
  return last !== undefined && last.config[`${project}:heal`]?.value !== "false";
}
