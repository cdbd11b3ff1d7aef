import { createHash } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { run } from "./command";
import { lockOf, SetupContext } from "./context";
import { SetupError } from "./errors";
import { buildGo } from "./go-build";
import { goArch } from "./go-plan";
import { k6 } from "./go-programs";
import { Home } from "./home";
import { withLock } from "./lock";
import { Progress, withHeartbeat } from "./progress";
import { decideTool, observeTool } from "./toolchain";
import { versions } from "./versions";

const release = `https://github.com/grafana/k6/releases/download/v${versions.k6}`;

/** Milliseconds that the release's site has to answer whether it can be reached. */
const patience = 3_000;

/** Milliseconds for the download itself, about 35 MB. */
const downloadPatience = 300_000;

/** Where k6 lies, whichever way it came. */
export function loadGeneratorPath(home: Home): string {
  return join(home.root, "k6", versions.k6, "k6");
}

/**
 * Makes k6 be there: left alone when it is, else the official release, else built from its Go module (a minute on two cores).
 *
 * @returns undefined when it was there; else how it was got
 * @throws SetupError when it can be neither downloaded nor built
 */
export async function ensureLoadGenerator(
  context: SetupContext,
  progress: Progress,
): Promise<"downloaded" | "built" | undefined> {
  const target = loadGeneratorPath(context.home);
  const state = await observeTool(context.home, { program: k6, target: loadGeneratorPath });
  const downloads = state === "missing" && (await canDownload(context.env.EVENKEEL_DOWNLOADS));
  switch (decideTool(state, downloads)) {
    case "keep":
      return undefined;
    case "download":
      await withLock(lockOf(context, "k6-download"), progress, () => download(context, progress, target));
      return "downloaded";
    case "build":
      await buildGo(context, progress, k6, target);
      return "built";
  }
}

async function canDownload(forced: string | undefined): Promise<boolean> {
  if (forced === "official" || forced === "build") return forced === "official";
  // The release is an archive for tar on Linux only.
  if (process.platform !== "linux" || goArch[process.arch] === undefined) return false;
  try {
    return (await fetch(archiveUrl(), { method: "HEAD", signal: AbortSignal.timeout(patience) })).ok;
  } catch {
    return false;
  }
}

function archiveName(): string {
  return `k6-v${versions.k6}-linux-${goArch[process.arch]}`;
}

function archiveUrl(): string {
  return `${release}/${archiveName()}.tar.gz`;
}

async function download(context: SetupContext, progress: Progress, target: string): Promise<void> {
  await withHeartbeat(progress, `downloads k6 ${versions.k6}`, async () => {
    const archive = await fetchBytes(context, archiveUrl());
    const sums = (await fetchBytes(context, `${release}/k6-v${versions.k6}-checksums.txt`)).toString();
    requireListed(archive, `${archiveName()}.tar.gz`, sums);
    const scratch = join(context.home.build, "k6-download");
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
    await writeFile(join(scratch, "k6.tar.gz"), archive);
    await run("unpack k6", { file: "tar", args: ["-xzf", "k6.tar.gz"], cwd: scratch, signal: context.signal });
    await mkdir(dirname(target), { recursive: true });
    await rename(join(scratch, archiveName(), "k6"), target);
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

async function fetchBytes(context: SetupContext, url: string): Promise<Buffer> {
  const failure = (got: string) =>
    new SetupError({
      action: "download the load generator k6",
      got: `${url}: ${got}`,
      needed: "the official download, or Go to build without it",
      mend: "run this again; or build instead: EVENKEEL_DOWNLOADS=build npm run load",
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
