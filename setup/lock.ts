import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { Progress } from "./progress";

/** A process, told apart from a later one with the same number by when it started (clock ticks since boot). */
export interface Owner {
  readonly pid: number;
  readonly started: string;
}

/** A lock file, and when to stop waiting for it. */
export interface Lock {
  readonly file: string;
  readonly signal?: AbortSignal;
}

let sequence = 0;

/**
 * Runs `work` while no other process runs something under the same lock file. Waits for a living owner, and says so; takes
 * a dead owner's lock over. Works within one process as well.
 *
 * @throws AbortError when the lock's signal fires while it waits
 * @param pollMilliseconds how often a waiting one looks. @default 500
 */
export async function withLock<T>(
  { file, signal }: Lock,
  progress: Progress,
  work: () => Promise<T>,
  pollMilliseconds = 500,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}-${++sequence}`;
  await writeFile(mine, JSON.stringify(describe(process.pid)));
  try {
    await take({ file, signal }, mine, progress, pollMilliseconds);
  } finally {
    await rm(mine, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take({ file, signal }: Lock, mine: string, progress: Progress, poll: number): Promise<void> {
  let said = 0;
  for (;;) {
    if (await linked(mine, file)) return;
    const owner = await readOwner(file);
    if (owner && isAlive(owner)) {
      if (Date.now() - said >= 10_000) {
        progress.say(`waits for process ${owner.pid}, which is at it`);
        said = Date.now();
      }
      await sleep(poll, undefined, { signal });
    } else {
      // Only one of several waiters can move the dead owner's file away; what it moved is looked at once more, for another
      // may have been quicker and be the new, living owner.
      const aside = `${mine}.dead`;
      await rename(file, aside).catch(() => undefined);
      const moved = await readOwner(aside);
      if (moved && isAlive(moved)) await linked(aside, file);
      await rm(aside, { force: true });
    }
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function readOwner(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

/** Whether the very process that took a lock still runs. */
export function isAlive(owner: Owner): boolean {
  const started = startTime(owner.pid);
  return started !== undefined && (owner.started === "" || started === "" || started === owner.started);
}

function describe(pid: number): Owner {
  return { pid, started: startTime(pid) ?? "" };
}

/** Field 22 of /proc/<pid>/stat (proc(5)); "" where there is no /proc and the process exists; undefined when it does not. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie holds nothing any more.
    return fields[0] === "Z" ? undefined : (fields[19] ?? "");
  } catch {
    try {
      process.kill(pid, 0);
      return "";
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EPERM" ? "" : undefined;
    }
  }
}
