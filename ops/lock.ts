import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { SetupError } from "../setup/errors";
import { Home } from "../setup/home";
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
  | { readonly action: "none" }
  | { readonly action: "break" }
  | { readonly action: "wait" | "refuse"; readonly holder: LockHolder };

/**
 * Decides about a stack's locks. One whose holder died on this machine is left over from a kill and may be broken; a
 * living one is waited for; one that was taken on another machine, where nothing can be known of its holder, is neither.
 */
export function decideLock(
  holders: readonly LockHolder[],
  here: string,
  alive: (pid: number) => boolean,
): LockDecision {
  const foreign = holders.find((holder) => holder.hostname !== here);
  if (foreign) return { action: "refuse", holder: foreign };
  const living = holders.find((holder) => alive(holder.pid));
  if (living) return { action: "wait", holder: living };
  return holders.length > 0 ? { action: "break" } : { action: "none" };
}

/** The folder of the file backend in use; undefined for a backend of another kind (cloud, S3), which looks after its own. */
export function stateFolderOf(home: Home, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const url = env.PULUMI_BACKEND_URL;
  if (!url) return home.state;
  return url.startsWith("file:///") ? url.slice("file://".length).replace(/\?.*$/, "") : undefined;
}

/** Reads the locks a stack has in a file backend. */
export async function readLocks(
  stateFolder: string | undefined,
  project: string,
  stack: string,
): Promise<LockHolder[]> {
  if (stateFolder === undefined) return [];
  const folder = join(stateFolder, ".pulumi", "locks", "organization", project, stack);
  const files = await readdir(folder).catch(() => []);
  // Beside each lock lies a file of the storage library's own, `<lock>.attrs`.
  const locks = files.filter((file) => file.endsWith(".json"));
  const texts = await Promise.all(locks.map((file) => readFile(join(folder, file), "utf8").catch(() => undefined)));
  return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as LockHolder]));
}

export interface FreeLockOptions {
  readonly read: () => Promise<readonly LockHolder[]>;
  /** Breaks the stack's locks. */
  readonly cancel: () => Promise<void>;
  /** Takes a line that says who is waited for. */
  readonly say: (line: string) => void;
  /** Ends the wait. @default never */
  readonly interrupted?: AbortSignal;
  /** Gives up after this long. @default 3600 */
  readonly timeoutSeconds?: number;
}

/**
 * Breaks what a killed run left locked, and waits for a run that goes on.
 *
 * @returns whether a lock was broken
 * @throws SetupError when the stack is in use from another machine, or for too long
 */
export async function freeLock({
  read,
  cancel,
  say,
  interrupted,
  timeoutSeconds = 3600,
}: FreeLockOptions): Promise<boolean> {
  const until = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    interrupted?.throwIfAborted();
    const decision = decideLock(await read(), hostname(), isProcessAlive);
    if (decision.action === "none") return false;
    if (decision.action === "break") {
      await cancel();
      return true;
    }
    if (decision.action === "refuse" || Date.now() > until) throw inUse(decision.holder);
    say(
      `waits for process ${decision.holder.pid}, which has been changing the stack since ${decision.holder.timestamp}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function inUse({ pid, username, hostname: host, timestamp }: LockHolder): SetupError {
  return new SetupError({
    action: "change the stack",
    got: `process ${pid} of ${username} on ${host} has been changing it since ${timestamp}`,
    needed: "one change at a time",
    mend: "wait for it to end, or, if it is gone for good: . ./.envrc && pulumi cancel",
  });
}
