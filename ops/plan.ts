import { Stack } from "@pulumi/pulumi/automation";
import { Listr, ListrTask } from "listr2";

import { readSettings, settingsOf } from "../infra/config";
import { declaredFrom } from "../infra/declared";
import { Docker } from "../infra/docker";
import { SetupError } from "../setup/errors";
import { homePaths } from "../setup/home";
import { taskRenderer, withHeartbeat } from "../setup/progress";
import { toolTasks } from "../setup/tasks";
import { jsonOption, stackCommand } from "./cli";
import { runCommand } from "./command";
import { PreviewReader } from "./plan/change";
import { formatPlan, markdownPlan } from "./plan/format";
import { observeHost } from "./plan/host";
import { exitCodeOf, makePlan, Plan } from "./plan/plan";
import { resourcesOf } from "./plan/state";
import { declaredOf } from "./releases";
import { openExistingStack, projectName } from "./stack";

interface Context {
  plan?: Plan;
}

interface Options {
  readonly stack: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

const command = stackCommand(
  "plan",
  "Says what an update would do to the people who are served, and whether it fits its host. Changes nothing, and " +
    "needs no engine: what it could not check without one it names.",
)
  .option(...jsonOption)
  .option("--markdown", "print the result as Markdown, for a comment")
  .addHelpText("after", "\nExit code: 0 nothing to do, 2 changes, 3 refused, 1 failed.")
  .action((options: Options) => runCommand((interrupted) => plan(options, interrupted)));

async function plan({ stack: name, json, markdown }: Options, interrupted: AbortSignal): Promise<void> {
  const context: Context = {};
  const home = homePaths();
  await new Listr(
    [
      ...(toolTasks({ home, interrupted }) as ListrTask<Context>[]),
      {
        title: `stack ${name}: plan`,
        task: async (ctx: Context, task) => {
          const progress = { say: (line: string) => void (task.output = line) };
          const stack = await openExistingStack({ name, home });
          ctx.plan = await withHeartbeat(progress, "asks Pulumi what differs", () => planOf(stack));
        },
      },
    ],
    taskRenderer<Context>(),
  ).run(context);
  const made = context.plan!;
  console.log(json ? JSON.stringify(made, null, 2) : markdown ? markdownPlan(made) : formatPlan(made));
  process.exitCode = exitCodeOf(made);
}

/** @throws SettingsError when a setting is wrong; SetupError when the preview fails */
async function planOf(stack: Stack): Promise<Plan> {
  const config = await stack.getAllConfig();
  const raw = Object.fromEntries(Object.entries(config).map(([key, { value }]) => [key, value]));
  const settings = readSettings(settingsOf(projectName, raw));
  const engineHost = raw["docker:host"] ?? process.env.DOCKER_HOST;
  const identity = { project: projectName, stack: stack.name };
  const local = !engineHost || engineHost.startsWith("unix:");
  const host = observeHost(new Docker(engineHost), identity, local).catch((error: unknown) => error as Error);
  const before = await declaredOf(stack);
  const { deployment } = await stack.exportStack();
  const history = await stack.history(10);
  const reader = await preview(stack);
  return makePlan({
    ...{ identity, settings, before, history },
    resources: resourcesOf(deployment),
    changes: reader.changes(),
    after: declaredFrom(reader.outputs()),
    host: await host,
  });
}

async function preview(stack: Stack): Promise<PreviewReader> {
  const reader = new PreviewReader();
  try {
    await stack.preview({ onEvent: reader.onEvent, suppressOutputs: true, suppressProgress: true });
    return reader;
  } catch (error) {
    const errors = reader.errors();
    if (errors.length === 0) throw error;
    throw new SetupError(
      {
        action: "preview the update",
        got: errors.join("\n          "),
        needed: "a program and settings that a preview gets through",
        mend: "mend what it says and run it again; details: . ./.envrc && pulumi preview --diff",
      },
      { cause: error },
    );
  }
}

void command.parseAsync();
