import { access, constants, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { attempt, describeFailure, lines } from "./command";
import { lockOf, SetupContext } from "./context";
import { DebianProgram, ensureDebianProgram } from "./debian-program";
import { SetupError } from "./errors";
import { goArch } from "./go-plan";
import { actionlint } from "./go-programs";
import { Home } from "./home";
import { withLock } from "./lock";
import { Progress } from "./progress";
import { ensureReleased, Release } from "./release";
import { versions } from "./versions";

const pip: DebianProgram = { path: "/usr/bin/pip3", packages: ["python3-pip"] };

const release: Release = {
  program: actionlint,
  version: versions.actionlint,
  folder: `https://github.com/rhysd/actionlint/releases/download/v${versions.actionlint}`,
  archive: `actionlint_${versions.actionlint}_linux_${goArch[process.arch]}.tar.gz`,
  member: "actionlint",
  checksums: `actionlint_${versions.actionlint}_checksums.txt`,
  target: actionlintPath,
  command: "npm test -- workflows",
};

/** Where actionlint lies, whichever way it came. */
export function actionlintPath(home: Home): string {
  return join(home.root, "actionlint", versions.actionlint, "actionlint");
}

/** Where zizmor lies. */
export function zizmorPath(home: Home): string {
  return join(home.root, "zizmor", versions.zizmor, "bin", "zizmor");
}

/**
 * Makes actionlint be there, which knows what a workflow may say.
 *
 * @returns undefined when it was there; else how it was got
 * @throws SetupError when it can be neither downloaded nor built
 */
export function ensureActionlint(
  context: SetupContext,
  progress: Progress,
): Promise<"downloaded" | "built" | undefined> {
  return ensureReleased(context, progress, release);
}

/**
 * Makes zizmor be there, which knows how workflows are attacked: its wheel from the Python package index, checked against the
 * hashes of `python/zizmor.txt`, in a folder of its own.
 *
 * @returns undefined when it was there; else how it was got
 * @throws SetupError when pip is missing and can't be installed, or when it finds no wheel
 */
export async function ensureZizmor(context: SetupContext, progress: Progress): Promise<"downloaded" | undefined> {
  const target = dirname(dirname(zizmorPath(context.home)));
  if (await isThere(zizmorPath(context.home))) return undefined;
  await withLock(lockOf(context, "zizmor"), progress, async () => {
    if (await isThere(zizmorPath(context.home))) return;
    const scratch = join(context.home.build, "zizmor-new");
    await rm(scratch, { recursive: true, force: true });
    await install(context, progress, scratch);
    await mkdir(dirname(target), { recursive: true });
    await rm(target, { recursive: true, force: true });
    await rename(scratch, target);
  });
  return "downloaded";
}

async function install(context: SetupContext, progress: Progress, folder: string): Promise<void> {
  const python = { file: "python3", env: context.env, signal: context.signal };
  if (!(await attempt({ ...python, args: ["-m", "pip", "--version"] })).ok) {
    await ensureDebianProgram("check the workflows", pip, progress, context.signal);
  }
  const list = join(__dirname, "python", "zizmor.txt");
  const args = ["-m", "pip", "install", "--no-deps", "--require-hashes", "--only-binary=:all:", "--target", folder];
  const command = { ...python, args: [...args, "--requirement", list] };
  const outcome = await attempt(command, lines(progress, "pip"));
  if (outcome.ok) return;
  throw new SetupError({
    action: "install zizmor, which checks the workflows",
    got: describeFailure(command, outcome),
    needed: `pip and a Python package index that has zizmor ${versions.zizmor}`,
    mend: "check `pip config list` and the network, then run this again: npm test -- workflows",
  });
}

async function isThere(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
