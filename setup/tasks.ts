import { mkdir } from "node:fs/promises";
import { freemem } from "node:os";

import { ListrTask } from "listr2";

import { ensureImage } from "./base-images";
import { SetupContext } from "./context";
import { ensureEngine } from "./engine";
import { dockerEnv, engineHost } from "./engine-observation";
import { Home, homePaths } from "./home";
import { ensureLoadGenerator } from "./load-generator";
import { busyboxImage, imageRecipes, imageTag } from "./image-recipes";
import { prepareHome } from "./prepare-home";
import { Progress } from "./progress";
import { askPulumi, askRegistry, Downloads } from "./reachability";
import { Rights } from "./rights";
import { ensureTool, tools } from "./toolchain";
import { versions } from "./versions";
import { ensureActionlint, ensureZizmor } from "./workflow-checkers";

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
  const { context, step } = steps(options);
  let arch = "amd64";
  return [
    homeStep(context, step),
    step("Docker engine", async (progress) => {
      const engine = await ensureEngine(context, progress);
      arch = engine.arch;
      return `${engine.found ? "already there" : "started"}: ${engine.version}`;
    }),
    sideBySide("Tools and base images", context, [
      ...toolSteps(context, step),
      ...imageRecipes.map((recipe) =>
        step(`Image ${imageTag(recipe)}`, async (progress) => {
          return (await ensureImage(context, progress, recipe, arch)) ?? "already there";
        }),
      ),
    ]),
  ];
}

/**
 * The part of `setupTasks` that a preview or a plan needs: home folder, passphrase, Pulumi CLI and plugins. No engine, no
 * image, and never root.
 */
export function toolTasks(options: SetupOptions = {}): ListrTask[] {
  const { context, step } = steps(options, async () => false);
  return [homeStep(context, step), sideBySide("Tools", context, toolSteps(context, step))];
}

/** The step that makes the load generator be there. Not one of `setupTasks`: who only runs a stack needs none. */
export function loadGeneratorTask(options: SetupOptions = {}): ListrTask {
  const { context, step } = steps(options);
  return step("Load generator k6", async (progress) => {
    await makeHome(context);
    return `${(await ensureLoadGenerator(context, progress)) ?? "already there"}: ${versions.k6}`;
  });
}

type MakeStep = (title: string, work: Work) => ListrTask;

/** The steps that make the programs be there that check `.github/workflows`. Only the tests need them. */
export function workflowCheckerTasks(options: SetupOptions = {}): ListrTask[] {
  const { context, step } = steps(options);
  const title = (how: string | undefined, version: string) => `${how ?? "already there"}: ${version}`;
  return [
    step("actionlint", async (progress) => {
      await makeHome(context);
      return title(await ensureActionlint(context, progress), versions.actionlint);
    }),
    step("zizmor", async (progress) => title(await ensureZizmor(context, progress), versions.zizmor)),
  ];
}

/**
 * What the steps of one list share: a context, and that a failure or an interrupt stops them all.
 *
 * @param registry whether images can be downloaded. @default asks the engine
 */
function steps(options: SetupOptions, registry?: () => Promise<boolean>): { context: SetupContext; step: MakeStep } {
  const stop = new AbortController();
  options.interrupted?.addEventListener("abort", () => stop.abort(new Error("interrupted")), { once: true });
  return {
    context: setupContext(options, stop.signal, registry),
    step: (title, work) => setupStep(title, work, stop),
  };
}

function homeStep(context: SetupContext, step: MakeStep): ListrTask {
  return step("Home folder and passphrase", (progress) => prepareHome(context, progress));
}

function toolSteps(context: SetupContext, step: MakeStep): ListrTask[] {
  return tools.map((tool) =>
    step(tool.title, async (progress) => {
      const how = await ensureTool(context, progress, tool);
      return `${how ?? "already there"}: ${tool.version}`;
    }),
  );
}

function sideBySide(title: string, context: SetupContext, tasks: ListrTask[]): ListrTask {
  const options = { concurrent: concurrency(context), exitOnError: true };
  return { title, task: (_, task) => task.newListr(tasks, options) };
}

function setupContext(options: SetupOptions, signal: AbortSignal, registry?: () => Promise<boolean>): SetupContext {
  const env = options.env ?? process.env;
  const engine = engineHost(options.dockerHost, env);
  const pull = { file: "docker", args: ["pull", busyboxImage], env: dockerEnv(engine.host, env), signal };
  return {
    home: options.home ?? homePaths(env),
    ...engine,
    downloads: new Downloads(env.EVENKEEL_DOWNLOADS, {
      pulumi: askPulumi,
      registry: registry ?? (() => askRegistry(pull)),
    }),
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

function makeHome({ home }: SetupContext): Promise<unknown> {
  return mkdir(home.root, { recursive: true, mode: 0o700 });
}

/** Two compilers at once need memory for two linkers, about 2 GiB each. */
function concurrency(context: SetupContext): number {
  return context.env.EVENKEEL_SETUP_JOBS === "1" || freemem() < 5 * gib ? 1 : 2;
}
