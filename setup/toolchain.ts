import { access, constants, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { readBuiltFrom } from "./built-from";
import { attempt, Command, describeFailure, lines } from "./command";
import { SetupContext, lockOf } from "./context";
import { toolEnvironment } from "./environment";
import { SetupError } from "./errors";
import { buildGo, isBuilt } from "./go-build";
import { dockerProvider, GoProgram, languageHost, pulumiCli, randomProvider } from "./go-programs";
import { Home } from "./home";
import { withLock } from "./lock";
import { Progress, withHeartbeat } from "./progress";
import { versions } from "./versions";

/** One program that Pulumi needs, with both ways to get it. */
export interface Tool {
  readonly title: string;
  readonly version: string;
  readonly program: GoProgram;
  /** Where it lies, whichever way it came. */
  target(home: Home): string;
  /** Gets the official one. */
  download(context: SetupContext, progress: Progress): Promise<void>;
}

const plugin = (name: string, version: string, program: GoProgram): Tool => ({
  title: `Pulumi ${name} plugin`,
  version,
  program,
  target: (home) => join(home.pulumi, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`),
  download: (context, progress) => downloadPlugin(context, progress, name, version),
});

/** In the order in which they are got: the plugins' downloads need the CLI. */
export const tools: readonly Tool[] = [
  {
    title: "Pulumi CLI",
    version: versions.pulumi,
    program: pulumiCli,
    target: (home) => join(home.bin, "pulumi"),
    download: downloadCli,
  },
  {
    title: "Pulumi Node.js host",
    version: versions.pulumi,
    program: languageHost,
    target: (home) => join(home.bin, "pulumi-language-nodejs"),
    // Comes in the CLI's archive.
    download: downloadCli,
  },
  plugin("docker", versions.pulumiDocker, dockerProvider),
  plugin("random", versions.pulumiRandom, randomProvider),
];

/** How a tool was found: as downloaded or put there by the user, as built from today's sources, from older ones, not. */
export type ToolState = "official" | "built" | "outdated" | "missing";

/** Looks at one tool; changes nothing. */
export async function observeTool(home: Home, tool: Pick<Tool, "program" | "target">): Promise<ToolState> {
  const target = tool.target(home);
  const there = await access(target, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!there) return "missing";
  if ((await readBuiltFrom(target)) === undefined) return "official";
  return (await isBuilt(tool.program, target)) ? "built" : "outdated";
}

/** Pure: what to do about a tool. One that was built stays built: its site has no downloads. */
export function decideTool(state: ToolState, downloads: boolean): "keep" | "download" | "build" {
  if (state === "official" || state === "built") return "keep";
  return state === "missing" && downloads ? "download" : "build";
}

/**
 * Makes a tool be there.
 *
 * @returns undefined when it was there; else how it was got
 */
export async function ensureTool(
  context: SetupContext,
  progress: Progress,
  tool: Tool,
): Promise<"downloaded" | "built" | undefined> {
  const state = await observeTool(context.home, tool);
  const downloads = state === "missing" && (await context.downloads.reachable()).pulumi;
  switch (decideTool(state, downloads)) {
    case "keep":
      return undefined;
    case "download":
      await tool.download(context, progress);
      return "downloaded";
    case "build":
      await buildGo(context, progress, tool.program, tool.target(context.home));
      return "built";
  }
}

/** The npm package `pulumi` downloads the CLI of its own version: into a scratch home, and from there in one piece. */
async function downloadCli(context: SetupContext, progress: Progress): Promise<void> {
  await withLock(lockOf(context, "pulumi-download"), progress, async () => {
    const missing = tools.slice(0, 2).map((tool) => observeTool(context.home, tool));
    if ((await Promise.all(missing)).every((state) => state !== "missing")) return;
    const scratch = join(context.home.build, "pulumi-download");
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
    await withHeartbeat(progress, `downloads the Pulumi CLI ${versions.pulumi}`, async (beat) => {
      const lazy = join(dirname(require.resolve("pulumi/package.json")), "run.js");
      const env = { ...context.env, PULUMI_HOME: scratch, PULUMI_VERSION: "", PULUMI_SKIP_UPDATE_CHECK: "true" };
      await download(
        "download the Pulumi CLI",
        { file: process.execPath, args: [lazy, "version"], env, signal: context.signal },
        beat,
      );
    });
    const target = dirname(context.home.bin);
    await mkdir(dirname(target), { recursive: true });
    await rm(target, { recursive: true, force: true });
    await rename(join(scratch, "versions", versions.pulumi), target);
    await rm(scratch, { recursive: true, force: true });
  });
}

async function downloadPlugin(context: SetupContext, progress: Progress, name: string, version: string): Promise<void> {
  await withHeartbeat(progress, `downloads the ${name} plugin ${version}`, async (beat) => {
    const args = ["plugin", "install", "resource", name, `v${version}`];
    const command = { file: "pulumi", args, env: toolEnvironment(context.home, context.env), signal: context.signal };
    await download(`download the Pulumi ${name} plugin`, command, beat);
  });
}

async function download(action: string, command: Command, beat: Progress): Promise<void> {
  const outcome = await attempt(command, lines(beat, "download"));
  if (outcome.ok) return;
  throw new SetupError({
    action,
    got: describeFailure(command, outcome),
    needed: "the official downloads, or Go to build without them",
    mend: "run this again; or build instead: EVENKEEL_DOWNLOADS=build npm run up",
  });
}
