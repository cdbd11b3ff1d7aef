import { createHash } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { run } from "./command";
import { lockOf, SetupContext } from "./context";
import { SetupError } from "./errors";
import { buildGo } from "./go-build";
import { goArch } from "./go-plan";
import { GoProgram } from "./go-programs";
import { Home } from "./home";
import { withLock } from "./lock";
import { Progress, withHeartbeat } from "./progress";
import { decideTool, observeTool } from "./toolchain";

/** Milliseconds that a release's site has to answer whether it can be reached. */
const patience = 3_000;

/** Milliseconds for a download itself, up to about 35 MB. */
const downloadPatience = 300_000;

/** A program that is to be had as a release's archive for Linux and as a Go module. */
export interface Release {
  readonly program: GoProgram;
  readonly version: string;
  /** Address of the folder that holds the two files below. */
  readonly folder: string;
  /** File name of the archive, a .tar.gz. */
  readonly archive: string;
  /** The program's path in the archive. */
  readonly member: string;
  /** File name of the list of SHA-256. */
  readonly checksums: string;
  /** Where the program lies, whichever way it came. */
  target(home: Home): string;
  /** The command that asked for it, for messages. */
  readonly command: string;
}

/**
 * Makes a program be there: left alone when it is, else the official release, else built from its Go module.
 *
 * @returns undefined when it was there; else how it was got
 * @throws SetupError when it can be neither downloaded nor built
 */
export async function ensureReleased(
  context: SetupContext,
  progress: Progress,
  release: Release,
): Promise<"downloaded" | "built" | undefined> {
  const { program, folder, archive } = release;
  const state = await observeTool(context.home, release);
  const downloads = state === "missing" && (await canDownload(`${folder}/${archive}`, context.env.EVENKEEL_DOWNLOADS));
  switch (decideTool(state, downloads)) {
    case "keep":
      return undefined;
    case "download":
      await withLock(lockOf(context, `${program.folder}-download`), progress, () =>
        download(context, progress, release),
      );
      return "downloaded";
    case "build":
      await buildGo(context, progress, program, release.target(context.home));
      return "built";
  }
}

async function canDownload(url: string, forced: string | undefined): Promise<boolean> {
  if (forced === "official" || forced === "build") return forced === "official";
  // The release is an archive for tar on Linux only.
  if (process.platform !== "linux" || goArch[process.arch] === undefined) return false;
  try {
    return (await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(patience) })).ok;
  } catch {
    return false;
  }
}

async function download(context: SetupContext, progress: Progress, release: Release): Promise<void> {
  const { program, version, folder, archive, member, checksums } = release;
  await withHeartbeat(progress, `downloads ${program.title} ${version}`, async () => {
    const bytes = await fetchBytes(context, release, `${folder}/${archive}`);
    requireListed(bytes, archive, (await fetchBytes(context, release, `${folder}/${checksums}`)).toString());
    const scratch = join(context.home.build, `${program.folder}-download`);
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
    await writeFile(join(scratch, "archive.tar.gz"), bytes);
    const unpack = { file: "tar", args: ["-xzf", "archive.tar.gz", member], cwd: scratch, signal: context.signal };
    await run(`unpack ${program.title}`, unpack);
    const target = release.target(context.home);
    await mkdir(dirname(target), { recursive: true });
    await rename(join(scratch, member), target);
    await rm(scratch, { recursive: true, force: true });
  });
}

/** @throws Error unless the list names this file with this SHA-256 */
export function requireListed(bytes: Buffer, name: string, sums: string): void {
  const got = createHash("sha256").update(bytes).digest("hex");
  const listed = sums.split("\n").map((line) => line.trim().split(/\s+/));
  if (!listed.some(([sum, file]) => sum === got && file === name)) {
    throw new Error(`check ${name}: its SHA-256 is ${got}, which the release's list of checksums has not`);
  }
}

async function fetchBytes(context: SetupContext, { program, command }: Release, url: string): Promise<Buffer> {
  const failure = (got: string) =>
    new SetupError({
      action: `download ${program.title}`,
      got: `${url}: ${got}`,
      needed: "the official download, or Go to build without it",
      mend: `run this again; or build instead: EVENKEEL_DOWNLOADS=build ${command}`,
    });
  try {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(downloadPatience)]);
    const response = await fetch(url, { signal });
    if (!response.ok) throw failure(`answered ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw error instanceof SetupError ? error : failure((error as Error).message);
  }
}
