import { ConcurrentUpdateError, Stack } from "@pulumi/pulumi/automation";
import { ListrTask } from "listr2";

import { schema } from "../infra/schema";
import { Home } from "../setup/home";
import { withHeartbeat } from "../setup/progress";
import { batchesOf } from "./batches";
import { changeMessage } from "./change-message";
import { usableDashboard } from "./dashboard";
import { EngineClient } from "./engine";
import { removeUnfinished, DeploymentState } from "./interrupted";
import { freeLock, FreeLockOptions, readLocks, stateFolderOf } from "./lock";
import { requireFreePorts, WantedPort } from "./preflight";
import { UnknownHost, waitUntilEachServes, waitUntilServing } from "./serving";
import { openStack, projectName } from "./stack";
import { replicaNames } from "./replicas";
import { updateInBatches } from "./update";

/** What the tasks of `npm run up` hand on to each other and to the summary. */
export interface UpContext {
  opened?: Stack;
  engine?: EngineClient;
  url?: string;
  dashboardUrl?: string;
  changes: number;
  replicas: { app: string[]; worker: string[] };
}

export interface StackTaskOptions {
  readonly name: string;
  readonly home: Home;
  /** Aborted when the person asked to stop. */
  readonly interrupted: AbortSignal;
  /** What was run, for the stack's history. @default npm run up */
  readonly command?: string;
}

/** From a ready machine to a serving stack. Every step looks first, and is skipped where nothing is to do. */
export function stackTasks({
  name,
  home,
  interrupted,
  command = "npm run up",
}: StackTaskOptions): ListrTask<UpContext>[] {
  const label = `stack ${name}`;
  return [
    {
      title: label,
      task: async (context, task) => {
        const stack = await openStack({ name, home });
        context.opened = stack;
        context.engine = new EngineClient((await stack.getAllConfig())["docker:host"]?.value);
        const broken = await freeLock(lockOptions(stack, name, home, interrupted, (line) => void (task.output = line)));
        task.title = `${label}: ${await mendInterrupted(stack, context.engine, name, broken)}`;
      },
    },
    {
      title: `${label}: ports`,
      skip: async (context) => (await isPublished(context, name)) && `${label}: ports are its own already`,
      task: async (context) => requireFreePorts(await wantedPorts(context.opened!), context.engine!),
    },
    {
      title: `${label}: update`,
      task: async (context, task) => {
        const progress = { say: (line: string) => void (task.output = line) };
        const stack = context.opened!;
        const result = await withHeartbeat(progress, "asks Pulumi what differs", (beat) =>
          afterOthers(
            async () =>
              updateInBatches({
                stack,
                steps: await batchesOf(stack, { project: projectName, stack: name }),
                message: changeMessage(command),
                print: (line) => progress.say(line),
                underWay: (line) => beat.say(line),
                interrupted,
              }),
            () => freeLock(lockOptions(stack, name, home, interrupted, (line) => beat.say(line))),
          ),
        );
        context.changes = result.changes;
        context.url = result.outputs.url as string;
        context.dashboardUrl = (result.outputs.dashboardUrl as string | null) ?? undefined;
        task.title = `${label}: ${result.changes === 0 ? "nothing to change" : `${result.changes} changes made`}`;
      },
    },
    {
      title: `${label}: serving`,
      task: async (context, task) => {
        interrupted.throwIfAborted();
        const asked = await isServing(
          context.url!,
          (why) => (task.title = `${label}: not asked whether it serves, ${why}`),
        );
        if (context.dashboardUrl) context.dashboardUrl = await usableDashboard(context.dashboardUrl);
        context.replicas = await replicaNames(context.engine!, projectName, name);
        if (asked) await waitUntilEachServes(context.url!, context.replicas.app);
      },
    },
  ];
}

/** Waits until the stack serves; where this machine does not know the engine's host it says so instead. */
async function isServing(url: string, say: (why: string) => void): Promise<boolean> {
  try {
    await waitUntilServing(url);
    return true;
  } catch (error) {
    if (!(error instanceof UnknownHost)) throw error;
    say(error.message);
    return false;
  }
}

/** How a command waits for, or breaks, a stack's lock. */
export function lockOptions(
  stack: Stack,
  name: string,
  home: Home,
  interrupted: AbortSignal,
  say: (line: string) => void,
): FreeLockOptions {
  const read = () => readLocks(stateFolderOf(home), projectName, name);
  return { read, cancel: () => stack.cancel(), say, interrupted };
}

/** Runs an update; when another one began in the moment before, waits for it to end and tries again. */
async function afterOthers<T>(work: () => Promise<T>, wait: () => Promise<unknown>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConcurrentUpdateError) || attempt === 5) throw error;
      await wait();
    }
  }
}

/**
 * Puts right what a killed run left behind its lock: objects created and not written down.
 *
 * @param broken whether it left a lock
 *
 * @returns what was found and mended, for the step's title
 */
export async function mendInterrupted(
  stack: Stack,
  engine: EngineClient,
  name: string,
  broken: boolean,
): Promise<string> {
  const exported = await stack.exportStack();
  const state = exported.deployment as DeploymentState;
  const removed = await removeUnfinished(engine, state, projectName, name);
  if (state.pending_operations?.length) {
    // What is left is the same to do again (a volume, an image, a delete); Pulumi would warn of it at every update.
    await stack.importStack({ ...exported, deployment: { ...state, pending_operations: [] } });
  }
  return [
    // The stack itself is a resource, and the first to be written down.
    (state.resources?.length ?? 0) > 1 ? "already there" : "new",
    broken ? ", broke the lock of a run that was killed" : "",
    removed.length > 0 ? `, removed what it left half made: ${removed.join(", ")}` : "",
  ].join("");
}

async function isPublished({ engine }: UpContext, stack: string): Promise<boolean> {
  const objects = await engine!.objectsOf(projectName, stack);
  return objects.some(({ kind, name }) => kind === "container" && name === `${projectName}-${stack}-traefik`);
}

/** The ports the stack's settings ask for on a local engine; a wrong value is left to the program's own message. */
async function wantedPorts(stack: Stack): Promise<WantedPort[]> {
  const config = await stack.getAllConfig();
  const host = config["docker:host"]?.value ?? process.env.DOCKER_HOST;
  if (host && !host.startsWith("unix:")) return [];
  const port = (key: string, fallback: number) => Number(config[`${projectName}:${key}`]?.value ?? fallback);
  const wanted: WantedPort[] = [
    { port: port("httpPort", schema.httpPort.default), setting: "httpPort", host: "0.0.0.0" },
  ];
  if (config[`${projectName}:dashboard`]?.value === "true") {
    wanted.push({
      port: port("dashboardPort", schema.dashboardPort.default),
      setting: "dashboardPort",
      host: "127.0.0.1",
    });
  }
  return wanted.filter(({ port: number }) => Number.isInteger(number) && number > 0 && number < 65536);
}
