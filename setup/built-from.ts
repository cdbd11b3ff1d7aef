import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

/** The file beside a program that setup built: it tells from which sources. A downloaded program has none. */
export function builtFrom(program: string): string {
  return `${program}.built-from`;
}

/** A short hash of all files of a folder and of `extra`. */
export async function folderHash(folder: string, extra = ""): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  const hash = createHash("sha256").update(extra);
  for (const file of files.sort()) hash.update(`\0${relative(folder, file)}\0`).update(await readFile(file));
  return hash.digest("hex").slice(0, 16);
}

export async function readBuiltFrom(program: string): Promise<string | undefined> {
  return readFile(builtFrom(program), "utf8").catch(() => undefined);
}

/** Puts a finished program and its note in place: note first, so that a kill between the two leads to a new build. */
export async function putInPlace(finished: string, program: string, hash: string): Promise<void> {
  await mkdir(dirname(program), { recursive: true });
  const note = `${builtFrom(program)}.tmp`;
  await writeFile(note, hash);
  await rename(finished, program);
  await rename(note, builtFrom(program));
}
