import { chmod, mkdir } from "node:fs/promises";
import { freemem } from "node:os";
import { join } from "node:path";

import { ListrTask } from "listr2";

import { ensureImage } from "./base-images";
import { SetupContext } from "./context";
import { ensureEngine } from "./engine";
import { dockerEnv, engineHost } from "./engine-observation";
import { ensureSaltFilter } from "./git-filter";
import { Home, homePaths } from "./home";
import { ensureLoadGenerator } from "./load-generator";
import { busyboxImage, imageRecipes, imageTag } from "./image-recipes";
import { ensurePassphrase } from "./passphrase";
import { Progress } from "./progress";
import { askPulumi, askRegistry, Downloads } from "./reachability";
import { Rights } from "./rights";
import { ensureTool, tools } from "./toolchain";
import { versions } from "./versions";

/** What setup is told. */
export interface SetupOptions {
  /** Where the tools, the state and the passphrase lie. @default homePaths() */
  readonly home?: Home;
  /** The engine's address (`unix://`, `ssh://`, `tcp://`). @default DOCKER_HOST, else the local socket */
  readonly dockerHost?: string;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Fires when the user interrupts: then the steps stop. @default never */
  readonly interrupted?: AbortSignal;
}

const gib = 1024 ** 3;

/** What a step does; returns what it found or did, in a few words. */
type Work = (progress: Progress) => Promise<string>;

/** The part of a Listr task that a step uses. */
interface Step {
  title: string;
  output: string;
}

/**
 * The steps that make a machine ready: engine, Pulumi CLI and plugins, base images, passphrase. Each looks first and leaves
 * alone what is there; each may be interrupted and run again. They throw SetupError for what the machine's owner has to
 * mend.
 */
export function setupTasks(options: SetupOptions = {}): ListrTask[] {
  const stop = new AbortController();
  options.interrupted?.addEventListener("abort", () => stop.abort(new Error("interrupted")), { once: true });
  const context = setupContext(options, stop.signal);
  const step = (title: string, work: Work) => setupStep(title, work, stop);
  let arch = "amd64";
  return [
    step("Home folder and passphrase", (progress) => prepareHome(context, progress)),
    step("Docker engine", async (progress) => {
      const engine = await ensureEngine(context, progress);
      arch = engine.arch;
      return `${engine.found ? "already there" : "started"}: ${engine.version}`;
    }),
    {
      title: "Tools and base images",
      task: (_, task) =>
        task.newListr(
          [
            ...tools.map((tool) =>
              step(tool.title, async (progress) => {
                const how = await ensureTool(context, progress, tool);
                return `${how ?? "already there"}: ${tool.version}`;
              }),
            ),
            ...imageRecipes.map((recipe) =>
              step(`Image ${imageTag(recipe)}`, async (progress) => {
                return (await ensureImage(context, progress, recipe, arch)) ?? "already there";
              }),
            ),
          ],
          { concurrent: concurrency(context), exitOnError: true },
        ),
    },
  ];
}

/** The step that makes the load generator be there. Not one of `setupTasks`: who only runs a stack needs none. */
export function loadGeneratorTask(options: SetupOptions = {}): ListrTask {
  const stop = new AbortController();
  options.interrupted?.addEventListener("abort", () => stop.abort(new Error("interrupted")), { once: true });
  const context = setupContext(options, stop.signal);
  const work = async (progress: Progress) => {
    await mkdir(context.home.root, { recursive: true, mode: 0o700 });
    return `${(await ensureLoadGenerator(context, progress)) ?? "already there"}: ${versions.k6}`;
  };
  return setupStep("Load generator k6", work, stop);
}

function setupContext(options: SetupOptions, signal: AbortSignal): SetupContext {
  const env = options.env ?? process.env;
  const engine = engineHost(options.dockerHost, env);
  const pull = { file: "docker", args: ["pull", busyboxImage], env: dockerEnv(engine.host, env), signal };
  return {
    home: options.home ?? homePaths(env),
    ...engine,
    downloads: new Downloads(env.EVENKEEL_DOWNLOADS, { pulumi: askPulumi, registry: () => askRegistry(pull) }),
    rights: new Rights(),
    env,
    signal,
  };
}

/** A Listr task that ends with its result in the title: what was found or done. A failure stops the steps beside it. */
function setupStep(title: string, work: Work, stop: AbortController): ListrTask {
  return {
    title,
    task: async (_, task) => {
      const view = task as unknown as Step;
      try {
        stop.signal.throwIfAborted();
        view.title = `${title} (${await work({ say: (line) => void (view.output = line) })})`;
      } catch (error) {
        stop.abort(new Error("another step failed"));
        throw error;
      }
    },
  };
}

async function prepareHome(context: SetupContext, progress: Progress): Promise<string> {
  const { home } = context;
  progress.say(home.root);
  await mkdir(home.root, { recursive: true });
  await chmod(home.root, 0o700);
  await mkdir(home.state, { recursive: true, mode: 0o700 });
  const made = await ensurePassphrase(home.passphrase);
  const filter = await ensureSaltFilter(join(__dirname, ".."));
  return [made ? "made" : "already there", ...(filter === "set" ? ["git filter set"] : [])].join(", ");
}

/** Two compilers at once need memory for two linkers, about 2 GiB each. */
function concurrency(context: SetupContext): number {
  return context.env.EVENKEEL_SETUP_JOBS === "1" || freemem() < 5 * gib ? 1 : 2;
}
