import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { SetupError } from "../setup/errors";
import { isProcessAlive } from "../setup/process-alive";

/** Who holds a stack's lock: what Pulumi's file backend writes into `.pulumi/locks/<organization>/<project>/<stack>/`. */
export interface LockHolder {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  readonly timestamp: string;
}

/** What to do about a lock. */
export type LockDecision =
  { readonly action: "none" | "break" } | { readonly action: "refuse"; readonly holder: LockHolder };

/**
 * Decides about a stack's locks. One whose holder died on this machine is left over from a kill and may be broken; one
 * that is held, or that was taken on another machine (where nothing can be known of its holder), may not.
 */
export function decideLock(
  holders: readonly LockHolder[],
  here: string,
  alive: (pid: number) => boolean,
): LockDecision {
  const held = holders.find((holder) => holder.hostname !== here || alive(holder.pid));
  if (held) return { action: "refuse", holder: held };
  return { action: holders.length > 0 ? "break" : "none" };
}

/** Reads the locks a stack has in a file backend; a backend of another kind (cloud, S3) looks after its own. */
export async function readLocks(stateFolder: string, project: string, stack: string): Promise<LockHolder[]> {
  const folder = join(stateFolder, ".pulumi", "locks", "organization", project, stack);
  const files = await readdir(folder).catch(() => []);
  // Beside each lock lies a file of the storage library's own, `<lock>.attrs`.
  const locks = files.filter((file) => file.endsWith(".json"));
  const texts = await Promise.all(locks.map((file) => readFile(join(folder, file), "utf8").catch(() => undefined)));
  return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as LockHolder]));
}

/**
 * Breaks what a killed run left locked.
 *
 * @returns whether a lock was broken
 * @throws SetupError when the stack is in use
 */
export async function breakDeadLock(locks: readonly LockHolder[], cancel: () => Promise<void>): Promise<boolean> {
  const decision = decideLock(locks, hostname(), isProcessAlive);
  if (decision.action === "refuse") {
    const { pid, username, hostname: host, timestamp } = decision.holder;
    throw new SetupError({
      action: "change the stack",
      got: `process ${pid} of ${username} on ${host} has been changing it since ${timestamp}`,
      needed: "one change at a time",
      mend: "wait for it to end, or, if it is gone for good: . ./.envrc && pulumi cancel",
    });
  }
  if (decision.action === "break") await cancel();
  return decision.action === "break";
}
