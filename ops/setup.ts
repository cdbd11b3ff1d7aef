import { Command } from "commander";
import { Listr } from "listr2";

import { taskRenderer } from "../setup/progress";
import { askForPassword } from "../setup/rights";
import { needsRoot } from "../setup/needs-root";
import { setupTasks } from "../setup/tasks";
import { runCommand } from "./command";

const program = new Command("npm run setup --")
  .description(
    "Make this machine ready: Docker engine, Pulumi CLI and plugins, base images, passphrase. Safe to run again.",
  )
  .option(
    "--host <address>",
    "the Docker engine to prepare (ssh://user@machine, tcp://..., unix://...); default: DOCKER_HOST, else the local one",
  );

void runCommand(async (interrupted) => {
  const { host } = program.parse().opts<{ host?: string }>();
  askForPassword(await needsRoot(host));
  await new Listr(setupTasks({ dockerHost: host, interrupted }), taskRenderer()).run();
  console.log("\nReady. Next: npm run up");
});
