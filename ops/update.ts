import { Stack } from "@pulumi/pulumi/automation";

import { SetupError } from "../setup/errors";
import { UpdateProgress } from "./update-progress";

/** What an update came to. */
export interface UpdateResult {
  /** Resources created, updated, replaced or deleted. */
  readonly changes: number;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Runs `pulumi up` on a stack.
 *
 * @param print takes a line for each resource that is done
 * @param underWay takes what is being done, as it changes
 * @throws SetupError with the update's own messages, when it failed
 */
export async function update(
  stack: Stack,
  print: (line: string) => void,
  underWay: (line: string) => void,
): Promise<UpdateResult> {
  const progress = new UpdateProgress(print);
  try {
    const { summary, outputs } = await stack.up({
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
