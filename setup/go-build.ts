import { copyFile, cp, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { folderHash, putInPlace, readBuiltFrom } from "./built-from";
import { attempt, describeFailure, Outcome, run } from "./command";
import { SetupContext, lockOf } from "./context";
import { SetupError } from "./errors";
import { goBuildArguments, GoProgram } from "./go-programs";
import { requireGoBuild } from "./go-requirements";
import { withLock } from "./lock";
import { Progress, withHeartbeat } from "./progress";

const sources = join(__dirname, "go");

/** The source hash of a program: its folder, and how it is compiled. */
export function goSourceHash(program: GoProgram): Promise<string> {
  return folderHash(join(sources, program.folder), goBuildArguments(program, "").join(" "));
}

/** Whether `target` is the program as these sources make it. */
export async function isBuilt(program: GoProgram, target: string): Promise<boolean> {
  return (await readBuiltFrom(target)) === (await goSourceHash(program));
}

/**
 * Compiles a program and puts it at `target`, in one piece. Go's own caches make a second time short.
 *
 * @param arch GOARCH. @default this machine's
 * @throws SetupError without Go, disk space or modules
 */
export async function buildGo(
  context: SetupContext,
  progress: Progress,
  program: GoProgram,
  target: string,
  arch?: string,
): Promise<void> {
  const name = arch === undefined ? program.folder : `${program.folder}-${arch}`;
  await withLock(lockOf(context, name), progress, async () => {
    if (await isBuilt(program, target)) return;
    await requireGoBuild(context);
    await withHeartbeat(progress, "looks for its Go modules", async (beat) => {
      const folder = await prepare(context, program, name);
      const output = await freshOutput(context.home.build, name);
      const env = { ...context.env, CGO_ENABLED: "0", GOWORK: "off", GOOS: "linux", ...(arch && { GOARCH: arch }) };
      const command = { file: "go", args: goBuildArguments(program, output), cwd: folder, env, signal: context.signal };
      const outcome = await attempt(command, countLines(beat));
      if (!outcome.ok) throw explain(program, outcome, describeFailure(command, outcome));
      await settle(output, target, await goSourceHash(program));
    });
  });
}

/** A name of this run's own: the compiler of a run that was killed may still write to its. What that left goes. */
async function freshOutput(folder: string, name: string): Promise<string> {
  const left = (await readdir(folder)).filter((file) => file.startsWith(`${name}-new-`));
  await Promise.all(left.map((file) => rm(join(folder, file), { force: true })));
  return join(folder, `${name}-new-${process.pid}`);
}

/** Lays out the folder to compile in: the sources, and for a bridged provider its module below them. */
async function prepare(context: SetupContext, program: GoProgram, name: string): Promise<string> {
  await mkdir(context.home.build, { recursive: true });
  const source = join(sources, program.folder);
  if (!program.upstream) return source;
  const folder = join(context.home.build, name);
  const upstream = JSON.parse(await readFile(join(source, "upstream.json"), "utf8"));
  const wanted = `${upstream.module}@${upstream.version}`;
  // Outside any module: the answer is about this one alone.
  const command = { file: "go", args: ["mod", "download", "-json", wanted], cwd: context.home.build, env: context.env };
  const outcome = await attempt(command);
  if (!outcome.ok) throw explain(program, outcome, describeFailure(command, outcome));
  const module = JSON.parse(outcome.stdout) as { Dir: string; Sum: string };
  requireSum(wanted, module.Sum, upstream.sum);
  await rm(folder, { recursive: true, force: true });
  await cp(module.Dir, join(folder, "upstream"), { recursive: true });
  // The module cache is read-only, and so is what was copied from it.
  await run("make the copy writable", { file: "chmod", args: ["-R", "u+w", folder] });
  await cp(source, folder, { recursive: true });
  return folder;
}

/** @throws Error when a module is not the one that was pinned: a replaced folder has no line in go.sum */
export function requireSum(module: string, got: string, pinned: string): void {
  if (got !== pinned) throw new Error(`check ${module}: its checksum is ${got}, pinned is ${pinned}`);
}

async function settle(output: string, target: string, hash: string): Promise<void> {
  const beside = `${target}.new`;
  await mkdir(dirname(target), { recursive: true });
  try {
    await rename(output, beside);
  } catch (error) {
    // PULUMI_HOME may lie on another file system.
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await copyFile(output, beside);
    await rm(output);
  }
  await putInPlace(beside, target, hash);
}

/** Counts what `go build -v` tells: a line for each module it fetches and each package it compiles. */
export function countLines(beat: Progress): (line: string) => void {
  let modules = 0;
  let packages = 0;
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
  return (line) => {
    if (line.startsWith("go: downloading ")) beat.say(`fetched ${count(++modules, "Go module")}`);
    else if (!line.startsWith("go: ")) beat.say(`compiled ${count(++packages, "package")}`);
  };
}

function explain(program: GoProgram, outcome: Outcome, described: string): Error {
  const wrote = outcome.stderr;
  const action = `build the ${program.title}`;
  if (/no space left on device/i.test(wrote)) {
    return new SetupError({
      action,
      got: "no space left on device",
      needed: "about 12 GB for modules, compiler cache and results, all in all",
      mend: "free some space, or set EVENKEEL_HOME, GOCACHE and GOMODCACHE to folders on a larger disk; then run this again",
    });
  }
  if (/dial tcp|no such host|connection refused|i\/o timeout|TLS handshake|x509:/i.test(wrote)) {
    return new SetupError({
      action,
      got: `the Go module proxy did not answer: ${wrote.trim().split("\n").at(-1)}`,
      needed: "a Go module proxy (or get.pulumi.com, for the official downloads)",
      mend: "check the network and `go env GOPROXY`, then run this again: it goes on where it stopped",
    });
  }
  return new Error(`${action}: ${described}`);
}
