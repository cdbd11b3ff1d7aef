import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { attempt, Command, describeFailure, run } from "./command";
import { SetupContext, lockOf } from "./context";
import { dockerEnv } from "./engine-observation";
import { SetupError } from "./errors";
import { buildRoot } from "./image-root";
import { ImageRecipe, importChanges, imageTag, officialDockerfile, officialImages, recipeHash } from "./image-recipes";
import { withLock } from "./lock";
import { Progress, withHeartbeat } from "./progress";

export const finishScript = join(__dirname, "images", "finish-root.sh");
const recipeLabel = "evenkeel.recipe";

/**
 * Makes a base image be on the engine.
 *
 * @param arch the engine's architecture, as it names it: "amd64"
 * @returns undefined when it was there; else how it was got
 */
export async function ensureImage(
  context: SetupContext,
  progress: Progress,
  recipe: ImageRecipe,
  arch: string,
): Promise<"downloaded" | "built" | undefined> {
  if (await isCurrent(context, recipe)) return undefined;
  return withLock(lockOf(context, `image-${recipe.name}`), progress, async () => {
    if (await isCurrent(context, recipe)) return undefined;
    const official = (await context.downloads.reachable()).registry;
    await (official ? pullImage(context, progress, recipe) : buildImage(context, progress, recipe, arch));
    await checkImage(context, recipe);
    await removeOlder(context, recipe);
    return official ? "downloaded" : "built";
  });
}

/** Whether the engine has the image, made by one of today's two recipes. */
async function isCurrent(context: SetupContext, recipe: ImageRecipe): Promise<boolean> {
  const label = `{{index .Config.Labels "${recipeLabel}"}}`;
  const seen = await attempt(docker(context, ["image", "inspect", "--format", label, imageTag(recipe)]));
  const finish = await readFile(finishScript, "utf8");
  const current = [recipeHash(recipe, "official", finish), recipeHash(recipe, "built", finish)];
  return seen.ok && current.includes(seen.stdout.trim());
}

async function pullImage(context: SetupContext, progress: Progress, recipe: ImageRecipe): Promise<void> {
  await withHeartbeat(progress, `pulls ${recipe.official}`, async (beat) => {
    for (const image of officialImages(recipe)) {
      if ((await attempt(docker(context, ["image", "inspect", image]))).ok) continue;
      const command = docker(context, ["pull", "--quiet", image]);
      beat.say(`pulls ${image}`);
      const outcome = await attempt(command);
      if (!outcome.ok) throw notPulled(image, describeFailure(command, outcome));
    }
    const label = `${recipeLabel}=${recipeHash(recipe, "official", "")}`;
    const build = docker(context, ["build", "--quiet", "--label", label, "--tag", imageTag(recipe), "-"]);
    await run(`build ${imageTag(recipe)}`, { ...build, input: officialDockerfile(recipe) });
  });
}

async function buildImage(context: SetupContext, progress: Progress, recipe: ImageRecipe, arch: string): Promise<void> {
  const root = await buildRoot(context, progress, recipe, arch);
  const label = `LABEL ${recipeLabel}=${recipeHash(recipe, "built", await readFile(finishScript, "utf8"))}`;
  const changes = [...importChanges(recipe), "--change", label];
  await withHeartbeat(progress, "loads the image onto the engine", async () => {
    const command = docker(context, ["import", ...changes, "-", imageTag(recipe)]);
    await run(`import ${imageTag(recipe)}`, { ...command, inputFile: root.file });
  });
  await root.remove();
}

/** Runs the image's program once: an image that cannot run, or holds another version, should fail here and not in the stack. */
async function checkImage(context: SetupContext, recipe: ImageRecipe): Promise<void> {
  const args = ["run", "--rm", "--network", "none", "--read-only", imageTag(recipe), ...recipe.versionCommand];
  const answer = await run(`run ${imageTag(recipe)}`, docker(context, args));
  if (!hasVersion(answer, recipe.version)) {
    throw new SetupError({
      action: `make the image ${imageTag(recipe)}`,
      got: `a program that says: ${answer.trim().split("\n")[0]}`,
      needed: `version ${recipe.version.split(".").slice(0, 2).join(".")} (versions.json)`,
      mend: "use a Debian mirror that has the suite bookworm, or change the version in versions.json",
    });
  }
}

/** Pure: whether a program's answer names the version's first two parts; Debian's patches do not change those. */
export function hasVersion(answer: string, version: string): boolean {
  const [major, minor] = version.split(".");
  return new RegExp(`(^|[^0-9.])${major}\\.${minor}(\\.|[^0-9]|$)`, "m").test(answer);
}

/** Images of an older recipe have lost their name; those that no container uses go. */
async function removeOlder(context: SetupContext, recipe: ImageRecipe): Promise<void> {
  await attempt(docker(context, ["image", "prune", "--force", "--filter", `label=evenkeel.base=${recipe.name}`]));
}

function docker(context: SetupContext, args: readonly string[]): Command {
  return { file: "docker", args, env: dockerEnv(context.host, context.env), signal: context.signal };
}

function notPulled(image: string, got: string): SetupError {
  return new SetupError({
    action: `pull ${image}`,
    got,
    needed: "an engine that reaches the image registry, or Go and Debian's packages to build without it",
    mend: "run this again; or build instead: EVENKEEL_DOWNLOADS=build npm run up",
  });
}
