import * as pulumi from "@pulumi/pulumi";

import { KeptRelease, readRelease } from "./release";

/** What the last update that ended well declared. Nothing before the first one. */
export interface Declared {
  /** The newest releases, the deployed one first. */
  readonly releases: readonly KeptRelease[];
  readonly replicas: number;
  readonly workerReplicas: number;
  /** Revision of each part that can't be changed without an interruption, by its name. */
  readonly parts: Readonly<Record<string, string>>;
}

export const nothingDeclared: Declared = { releases: [], replicas: 0, workerReplicas: 0, parts: {} };

/** Outputs this reads; the others are for people. */
const names = ["releases", "replicas", "workerReplicas", "parts"] as const;

/** What a stack's outputs tell of it. An output that is not there (an older version made the stack) tells nothing. */
export function declaredFrom(outputs: Readonly<Record<string, unknown>>): Declared {
  const lines = (outputs.releases as readonly string[] | undefined) ?? [];
  return {
    releases: lines.flatMap((line) => readRelease(line) ?? []),
    replicas: (outputs.replicas as number | undefined) ?? 0,
    workerReplicas: (outputs.workerReplicas as number | undefined) ?? 0,
    parts: (outputs.parts as Record<string, string> | undefined) ?? {},
  };
}

/**
 * Reads the stack's own outputs: a program does not see its state otherwise. It asks the backend, not the engine, so it
 * works in a preview on a machine that can not reach the engine.
 *
 * @param stack a reference to the stack itself
 */
export async function readDeclared(stack: pulumi.StackReference): Promise<Declared> {
  const entries = names.map(async (name) => [name, (await stack.getOutputDetails(name)).value] as const);
  return declaredFrom(Object.fromEntries(await Promise.all(entries)));
}
