import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { aptInstall } from "./apt";
import { attempt, Command, describeFailure, lines, run } from "./command";
import { lockOf, SetupContext } from "./context";
import { debianSources, readAptNetworkOptions, readIndexTargets, suite } from "./debian";
import { SetupError } from "./errors";
import { buildGo } from "./go-build";
import { traefik } from "./go-programs";
import { commonPackages, ExtraProgram, ImageRecipe } from "./image-recipes";
import { withLock } from "./lock";
import { Progress, withHeartbeat } from "./progress";

/** An image's root folder as a tar file in the scratch folder. */
export interface RootFile {
  readonly file: string;
  remove(): Promise<void>;
}

/** Makes an image's root folder from Debian packages and, where the recipe says so, one program from elsewhere. */
export async function buildRoot(
  context: SetupContext,
  progress: Progress,
  recipe: ImageRecipe,
  arch: string,
): Promise<RootFile> {
  await mkdir(context.home.build, { recursive: true });
  const extra = recipe.extra && (await getProgram(context, progress, recipe.extra, arch));
  await requireMmdebstrap(context, progress);
  const file = join(context.home.build, `image-${recipe.name}.tar`);
  await withHeartbeat(
    progress,
    `unpacks Debian packages: ${[...commonPackages, ...recipe.packages].join(", ")}`,
    async (beat) => {
      const command = await mmdebstrap(context, recipe, arch, extra);
      const outcome = await attempt(
        { ...command, outputFile: file, signal: context.signal },
        lines(beat, "mmdebstrap"),
      );
      if (!outcome.ok) throw noPackages(recipe, describeFailure(command, outcome));
    },
  );
  return { file, remove: () => rm(file, { force: true }) };
}

async function requireMmdebstrap(context: SetupContext, progress: Progress): Promise<void> {
  if (await hasMmdebstrap()) return;
  await withLock(lockOf(context, "mmdebstrap"), progress, async () => {
    // Another image's step may have installed it while this one waited.
    if (await hasMmdebstrap()) return;
    await aptInstall(context, progress, "make base images", ["mmdebstrap", "debian-archive-keyring"]);
  });
}

async function hasMmdebstrap(): Promise<boolean> {
  if (!existsSync("/usr/share/keyrings/debian-archive-keyring.gpg")) return false;
  return (await attempt({ file: "mmdebstrap", args: ["--version"] })).ok;
}

/** As root where possible; else in a user namespace, which mmdebstrap chooses itself. */
async function mmdebstrap(context: SetupContext, recipe: ImageRecipe, arch: string, extra?: string): Promise<Command> {
  const options = (await readAptNetworkOptions()).map((option) => `--aptopt=${option}`);
  const command: Command = {
    file: "mmdebstrap",
    args: mmdebstrapArguments(recipe, arch, join(__dirname, "images", "finish-root.sh"), extra, options).concat(
      debianSources(await readIndexTargets()),
    ),
  };
  return (await context.rights.rootAccess()) === "sudo" ? context.rights.asRoot("make base images", command) : command;
}

/** Pure: the arguments before the sources. The tar goes to standard output. */
export function mmdebstrapArguments(
  recipe: ImageRecipe,
  arch: string,
  finish: string,
  extra: string | undefined,
  options: readonly string[],
): string[] {
  return [
    "--variant=extract",
    `--architectures=${arch}`,
    `--include=${[...commonPackages, ...recipe.packages].join(",")}`,
    "--format=tar",
    ...options,
    ...(extra ? ['--extract-hook=mkdir -p "$1/usr/local/bin"', `--extract-hook=copy-in ${extra} /usr/local/bin`] : []),
    `--extract-hook=sh '${finish}' "$1"`,
    suite,
    "-",
  ];
}

/** Gets a program that Debian does not have in the version that is pinned; returns the file. */
function getProgram(context: SetupContext, progress: Progress, name: ExtraProgram, arch: string): Promise<string> {
  return name === "node" ? getNode(context, progress, arch) : getTraefik(context, progress, arch);
}

async function getTraefik(context: SetupContext, progress: Progress, arch: string): Promise<string> {
  const target = join(context.home.build, "programs", arch, "traefik");
  await buildGo(context, progress, traefik, target, arch);
  return target;
}

/** Node.js itself, as its npm package; the lock file beside the package.json here pins its checksum. */
async function getNode(context: SetupContext, progress: Progress, arch: string): Promise<string> {
  const cpu = arch === "amd64" ? "x64" : arch;
  const source = join(__dirname, "npm", `node-${cpu}`);
  const scratch = join(context.home.build, `node-${cpu}`);
  const target = join(context.home.build, "programs", arch, "node");
  await withHeartbeat(progress, "gets Node.js from its npm package", async () => {
    await requireNodeFor(cpu);
    await rm(scratch, { recursive: true, force: true });
    await cp(source, scratch, { recursive: true });
    const npm = context.env.npm_execpath;
    const args = ["ci", "--force", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    const command = npm
      ? { file: process.execPath, args: [npm, ...args], cwd: scratch, env: context.env, signal: context.signal }
      : { file: "npm", args, cwd: scratch, env: context.env, signal: context.signal };
    await run("get Node.js from its npm package", command);
    await mkdir(join(target, ".."), { recursive: true });
    await rename(join(scratch, "node_modules", `node-linux-${cpu}`, "bin", "node"), target);
    await chmod(target, 0o755);
    await rm(scratch, { recursive: true, force: true });
  });
  return target;
}

async function requireNodeFor(cpu: string): Promise<void> {
  await readFile(join(__dirname, "npm", `node-${cpu}`, "package.json")).catch(() => {
    throw new SetupError({
      action: "make the node image",
      got: `an engine on ${cpu}`,
      needed: "an engine on amd64 or arm64",
      mend: "use another engine (DOCKER_HOST), or a machine that reaches an image registry",
    });
  });
}

function noPackages(recipe: ImageRecipe, got: string): SetupError {
  return new SetupError({
    action: `make the ${recipe.name} image from Debian packages`,
    got,
    needed: `a Debian mirror with the suite ${suite}, and root or user namespaces`,
    mend: "check the mirror in /etc/apt, then run this again",
  });
}
