import { access, constants, mkdtemp, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { CheckedOptions } from "./options";

const memory = "/dev/shm";

/** Linux's number for a file system in memory: statfs(2). */
const TMPFS_MAGIC = 0x01021994;

/** What k6 writes of a request, at the most. */
const bytesPerRequest = 250;

/**
 * Makes a folder for what k6 writes, in memory where there is room for all of it: on a disk that stands still while it syncs, k6 would
 * stand still with it, and the stack would be blamed.
 */
export async function makeScratchFolder({ rate, durationSeconds }: CheckedOptions): Promise<string> {
  const room = await roomInMemory().catch(() => 0);
  return mkdtemp(join(room > rate * durationSeconds * bytesPerRequest ? memory : tmpdir(), "evenkeel-load-"));
}

/** In bytes. */
async function roomInMemory(): Promise<number> {
  await access(memory, constants.W_OK);
  const { type, bavail, bsize } = await statfs(memory);
  return type === TMPFS_MAGIC ? bavail * bsize : 0;
}
