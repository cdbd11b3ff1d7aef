import { Command, Option } from "commander";
import { Listr } from "listr2";

import { taskRenderer } from "../setup/progress";
import { askForPassword } from "../setup/rights";
import { needsRoot } from "../setup/needs-root";
import { setupTasks, toolTasks } from "../setup/tasks";
import { runCommand } from "./command";

const program = new Command("npm run setup --")
  .description(
    "Make this machine ready: Docker engine, Pulumi CLI and plugins, base images, passphrase. Safe to run again.",
  )
  .option(
    "--host <address>",
    "the Docker engine to prepare (ssh://user@machine, tcp://..., unix://...); default: DOCKER_HOST, else the local one",
  )
  .addOption(
    new Option(
      "--tools",
      "only what a preview and a plan need: Pulumi CLI and plugins, passphrase; no engine, no images, no root",
    ).conflicts("host"),
  );

void runCommand(async (interrupted) => {
  const { host, tools } = program.parse().opts<{ host?: string; tools?: boolean }>();
  if (tools) {
    await new Listr(toolTasks({ interrupted }), taskRenderer()).run();
    return console.log("\nReady for a preview. Next: . ./.envrc && pulumi preview --stack <name>");
  }
  askForPassword(await needsRoot(host));
  await new Listr(setupTasks({ dockerHost: host, interrupted }), taskRenderer()).run();
  console.log("\nReady. Next: npm run up");
});
