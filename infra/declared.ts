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

/**
 * Reads the stack's own outputs: a program does not see its state otherwise. It asks the backend, not the engine, so it
 * works in a preview on a machine that can not reach the engine.
 */
export async function readDeclared(): Promise<Declared> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const self = new pulumi.StackReference(name);
  const read = async <T>(output: string, fallback: T) =>
    ((await self.getOutputDetails(output)).value as T | undefined) ?? fallback;
  return {
    releases: (await read<readonly string[]>("releases", [])).flatMap((line) => readRelease(line) ?? []),
    replicas: await read("replicas", nothingDeclared.replicas),
    workerReplicas: await read("workerReplicas", nothingDeclared.workerReplicas),
    parts: await read("parts", nothingDeclared.parts),
  };
}
