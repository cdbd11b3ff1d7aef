import { Stack, UpOptions } from "@pulumi/pulumi/automation";

import { RollStep, rollVariable, writeRollStep } from "../infra/roll";
import { SetupError } from "../setup/errors";
import { UpdateProgress } from "./update-progress";

/** What an update came to. */
export interface UpdateResult {
  /** Resources created, updated, replaced or deleted. */
  readonly changes: number;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface BatchOptions {
  readonly stack: Stack;
  /** The steps of a roll in batches; none for one plain update. */
  readonly steps: readonly RollStep[];
  /** What the stack's history says of it: who ran what. */
  readonly message: string;
  /** Takes a line for each resource that is done. */
  readonly print: (line: string) => void;
  /** Takes what is being done, as it changes. */
  readonly underWay: (line: string) => void;
  readonly interrupted: AbortSignal;
}

/**
 * Brings a stack to what is declared, in one update or, where `maxSurge` asks for it, batch by batch. After each batch the
 * stack is whole and serves, so an interrupted roll goes on with the next run.
 *
 * @throws SetupError with the update's own messages, when one failed: those after it are not begun
 */
export async function updateInBatches({
  stack,
  steps,
  message,
  print,
  underWay,
  interrupted,
}: BatchOptions): Promise<UpdateResult> {
  if (steps.length === 0) return update(stack, print, underWay, { message });
  const { envVars } = stack.workspace;
  let changes = 0;
  let outputs: UpdateResult["outputs"] = {};
  try {
    for (const [index, step] of steps.entries()) {
      interrupted.throwIfAborted();
      print(`batch ${index + 1} of ${steps.length}: ${step.replaced} replicas of the new release`);
      stack.workspace.envVars = { ...envVars, [rollVariable]: writeRollStep(step) };
      const result = await update(stack, print, underWay, { message });
      changes += result.changes;
      outputs = result.outputs;
    }
  } finally {
    stack.workspace.envVars = envVars;
  }
  return { changes, outputs };
}

/**
 * Runs `pulumi up` on a stack.
 *
 * @param print takes a line for each resource that is done
 * @param underWay takes what is being done, as it changes
 * @param options what it is bounded to, whether it looks at the engine first, what the stack's history says of it
 * @throws SetupError with the update's own messages, when it failed
 */
export async function update(
  stack: Stack,
  print: (line: string) => void,
  underWay: (line: string) => void,
  options: Pick<UpOptions, "message" | "target" | "refresh">,
): Promise<UpdateResult> {
  const progress = new UpdateProgress(print);
  try {
    const { summary, outputs } = await stack.up({
      ...options,
      suppressOutputs: true,
      suppressProgress: true,
      onEvent: (event) => {
        progress.onEvent(event);
        underWay(progress.underWay() || "waits for Pulumi");
      },
    });
    const changes = Object.entries(summary.resourceChanges ?? {})
      .filter(([operation]) => operation !== "same")
      .reduce((sum, [, count]) => sum + (count ?? 0), 0);
    return { changes, outputs: Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value])) };
  } catch (error) {
    const errors = progress.errors();
    if (errors.length === 0) throw error;
    throw new SetupError(
      {
        action: "update the stack",
        got: errors.join("\n          "),
        needed: "every new replica healthy; what served before still serves",
        mend: "mend what it says and run it again; details: . ./.envrc && pulumi up --diff",
      },
      { cause: error },
    );
  }
}
