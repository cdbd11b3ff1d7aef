import { rm } from "node:fs/promises";

import { Listr } from "listr2";

import { homePaths } from "../setup/home";
import { taskRenderer } from "../setup/progress";
import { stackCommand } from "./cli";
import { runCommand } from "./command";
import { exclusively } from "./exclusive";
import { DownContext, downTasks } from "./down-tasks";

interface Options {
  readonly stack: string;
  readonly purge?: boolean;
}

stackCommand(
  "down",
  "Destroys a stack and removes all of it: containers, networks, volumes with their data, images, state.",
)
  .option("--purge", "also remove what setup made outside this folder: tools, base images, passphrase, state")
  .action((options: Options) => runCommand((interrupted) => down(options, interrupted)))
  .parse();

async function down({ stack, purge }: Options, interrupted: AbortSignal): Promise<void> {
  const home = homePaths();
  await exclusively(stack, home, interrupted, () =>
    new Listr(downTasks({ name: stack, home, purge: purge === true }), taskRenderer<DownContext>()).run({}),
  );
  if (purge) await rm(home.root, { recursive: true, force: true });
  console.log(`\nStack ${stack} is gone: no container, network, volume or image of it is left.`);
}
