import { Listr, ListrTask } from "listr2";

import { settleStackFiles } from "../setup/git-filter";
import { homePaths } from "../setup/home";
import { needsRoot } from "../setup/needs-root";
import { taskRenderer } from "../setup/progress";
import { askForPassword } from "../setup/rights";
import { setupTasks } from "../setup/tasks";
import { jsonOption, stackCommand } from "./cli";
import { runCommand } from "./command";
import { configuredDockerHost } from "./docker-host";
import { exclusively } from "./exclusive";
import { projectFolder } from "./stack";
import { formatSummary } from "./summary";
import { stackTasks, UpContext } from "./up-tasks";

interface Options {
  readonly stack: string;
  readonly json?: boolean;
}

const command = stackCommand(
  "up",
  "Makes this machine ready, where it is not, and brings a stack up. Safe to run again at any time.",
)
  .option(...jsonOption)
  .action((options: Options) => runCommand((interrupted) => up(options, interrupted)));

async function up({ stack, json }: Options, interrupted: AbortSignal): Promise<void> {
  const started = Date.now();
  const home = homePaths();
  const context: UpContext = { changes: 0, replicas: { app: [], worker: [] } };
  const dockerHost = await configuredDockerHost(stack);
  askForPassword(await needsRoot(dockerHost));
  const machine = setupTasks({ home, dockerHost, interrupted }) as ListrTask<UpContext>[];
  const renderer = taskRenderer<UpContext>();
  await new Listr(machine, renderer).run(context);
  await exclusively(stack, home, interrupted, () =>
    new Listr(stackTasks({ name: stack, home, interrupted }), renderer).run(context),
  );
  await settleStackFiles(projectFolder);
  const summary = {
    stack,
    url: context.url!,
    ...(context.dashboardUrl ? { dashboardUrl: context.dashboardUrl } : {}),
    ...context.replicas,
    changes: context.changes,
    seconds: (Date.now() - started) / 1000,
  };
  console.log(json ? JSON.stringify(summary, null, 2) : formatSummary(summary));
}

void command.parseAsync();
