import { Listr } from "listr2";

import { Docker } from "../infra/docker";
import { replicasOf } from "../infra/gate/replica";
import { replicatedServices } from "../infra/replicated-services";
import { homePaths } from "../setup/home";
import { taskRenderer } from "../setup/progress";
import { jsonOption, stackCommand } from "./cli";
import { runCommand } from "./command";
import { configuredDockerHost } from "./docker-host";
import { exclusively } from "./exclusive";
import { declaredOf, formatReleases, isUnfinished, rollbackTarget } from "./releases";
import { openExistingStack, projectName } from "./stack";
import { stackTasks, UpContext } from "./up-tasks";

interface Options {
  readonly stack: string;
  readonly to?: string;
  readonly list?: boolean;
  readonly json?: boolean;
}

const command = stackCommand(
  "rollback",
  "Goes back to a release that was deployed before: no build, and no slower than a scale-up. The release stays pinned " +
    "(the setting `release`) until you go forward: pulumi config rm release && npm run up",
)
  .option("--to <release>", "id or revision of one of the newest five releases; without it the one before")
  .option("--list", "print the releases there are, and change nothing")
  .option(...jsonOption)
  .action((options: Options) => runCommand((interrupted) => rollback(options, interrupted)));

async function rollback({ stack: name, to, list, json }: Options, interrupted: AbortSignal): Promise<void> {
  const started = Date.now();
  const home = homePaths();
  const stack = await openExistingStack({ name, home });
  const { releases } = await declaredOf(stack);
  if (list) {
    const lines = releases.map(({ id, appRevision, workerRevision }) => ({ id, appRevision, workerRevision }));
    return console.log(json ? JSON.stringify(lines, null, 2) : formatReleases(releases));
  }
  const docker = new Docker(await configuredDockerHost(name));
  const services = replicatedServices.map((service) =>
    replicasOf(docker, { project: projectName, stack: name, service }),
  );
  const revisions = (await Promise.all(services)).flat().map(({ revision }) => revision);
  const target = rollbackTarget(releases, isUnfinished(releases, revisions), to);
  const context: UpContext = { changes: 0, replicas: { app: [], worker: [] } };
  await exclusively(name, home, interrupted, async () => {
    await stack.setConfig(`${projectName}:release`, { value: target.id });
    await new Listr(
      stackTasks({ name, home, interrupted, command: "npm run rollback" }),
      taskRenderer<UpContext>(),
    ).run(context);
  });
  const seconds = (Date.now() - started) / 1000;
  const summary = {
    stack: name,
    release: target.id,
    appRevision: target.appRevision,
    changes: context.changes,
    seconds,
  };
  console.log(
    json
      ? JSON.stringify(summary, null, 2)
      : `\nBack at release ${target.id} (app ${target.appRevision}) in ${seconds.toFixed(1)} s; it stays pinned.\n` +
          "To go forward: . ./.envrc && pulumi config rm release && npm run up",
  );
}

void command.parseAsync();
