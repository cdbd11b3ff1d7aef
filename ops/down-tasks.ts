import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { Stack } from "@pulumi/pulumi/automation";
import { ListrTask } from "listr2";

import { SetupError } from "../setup/errors";
import { Home } from "../setup/home";
import { withHeartbeat } from "../setup/progress";
import { EngineClient } from "./engine";
import { freeLock, readLocks, stateFolderOf } from "./lock";
import { openStack, projectName } from "./stack";
import { UpdateProgress } from "./update-progress";

/** What the tasks of `npm run down` hand on. */
export interface DownContext {
  opened?: Stack;
  engine?: EngineClient;
}

export interface DownTaskOptions {
  readonly name: string;
  readonly home: Home;
  /** Whether the base images go too. */
  readonly purge: boolean;
}

/** Destroys a stack; what its state does not know of (a lost state, a killed run) is found by its labels. */
export function downTasks({ name, home, purge }: DownTaskOptions): ListrTask<DownContext>[] {
  const label = `stack ${name}`;
  return [
    {
      title: "other stacks",
      enabled: purge,
      task: () => requireNoOtherStack(home, name),
    },
    {
      title: `${label}: destroy`,
      skip: () => !existsSync(join(home.bin, "pulumi")) && `${label}: no Pulumi CLI here, so no state`,
      task: async (context, task) => {
        const stack = await openStack({ name, home });
        context.opened = stack;
        context.engine = new EngineClient((await stack.getAllConfig())["docker:host"]?.value);
        await freeLock({
          read: () => readLocks(stateFolderOf(home), projectName, name),
          cancel: () => stack.cancel(),
          say: (line) => void (task.output = line),
        });
        const progress = new UpdateProgress((line) => void (task.output = line));
        await withHeartbeat({ say: (line) => void (task.output = line) }, "asks Pulumi what there is", (beat) =>
          stack.destroy({
            suppressOutputs: true,
            suppressProgress: true,
            onEvent: (event) => {
              progress.onEvent(event);
              beat.say(progress.underWay() || "waits for Pulumi");
            },
          }),
        );
      },
    },
    {
      title: `${label}: leftovers`,
      task: async (context, task) => {
        context.engine ??= new EngineClient();
        const objects = await context.engine.objectsOf(projectName, name);
        for (const object of objects) await context.engine.remove(object);
        const names = objects.map((object) => object.name).join(", ");
        task.title = `${label}: ${names ? `removed what the state did not know: ${names}` : "nothing left over"}`;
      },
    },
    {
      title: `${label}: state`,
      skip: (context) => context.opened === undefined && `${label}: no state`,
      // Its settings stay: Pulumi.<stack>.yaml is a file of the project.
      task: async (context) => context.opened!.workspace.removeStack(name, { preserveConfig: true }),
    },
    {
      title: "base images",
      enabled: purge,
      task: async (context) => context.engine!.removeBaseImages(),
    },
  ];
}

/** The state of every other stack is in the same folder: removing it would leave their containers to nobody. */
async function requireNoOtherStack(home: Home, name: string): Promise<void> {
  const files = await readdir(join(home.state, ".pulumi", "stacks", projectName)).catch(() => []);
  const others = files.filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -".json".length));
  const first = others.find((other) => other !== name);
  if (first === undefined) return;
  throw new SetupError({
    action: "remove what setup made",
    got: `the state also holds ${others.filter((other) => other !== name).join(", ")}`,
    needed: "no other stack",
    mend: `take them down first: npm run down -- --stack ${first}`,
  });
}
