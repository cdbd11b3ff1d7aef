import { hostname } from "node:os";

import { Docker } from "../infra/docker";
import { SetupError } from "../setup/errors";
import { Home, homePaths } from "../setup/home";
import { isProcessAlive } from "../setup/process-alive";
import { jsonOption, stackCommand } from "./cli";
import { runCommand } from "./command";
import { lookAt } from "./drift/look";
import { formatDrift } from "./drift/table";
import { decideLock, readLocks, stateFolderOf } from "./lock";
import { openExistingStack, projectName } from "./stack";

interface Options {
  readonly stack: string;
  readonly json?: boolean;
}

const command = stackCommand(
  "drift",
  "Compares what runs with what the last update declared, also where `pulumi refresh` is blind. Exit code 0: no drift, 2: drift.",
)
  .option(...jsonOption)
  .action((options: Options) => runCommand(() => drift(options)));

/** What the exit code says beside 0 (no drift) and 1 (it could not be found out). */
const driftFound = 2;

async function drift({ stack: name, json }: Options): Promise<void> {
  const home = homePaths();
  const stack = await openExistingStack({ name, home });
  await requireNoUpdate(name, home);
  const docker = new Docker((await stack.getAllConfig())["docker:host"]?.value);
  const { findings } = await lookAt(stack, docker, { project: projectName, stack: name });
  const again = `npm run drift --${name === "dev" ? "" : ` --stack ${name}`}`;
  console.log(json ? JSON.stringify({ stack: name, drift: findings }, null, 2) : formatDrift(findings, again));
  if (findings.length > 0) process.exitCode = driftFound;
}

/** In the middle of an update what runs is on its way, and differs for a good reason. */
async function requireNoUpdate(name: string, home: Home): Promise<void> {
  const locks = await readLocks(stateFolderOf(home), projectName, name);
  const decision = decideLock(locks, hostname(), isProcessAlive);
  if (decision.action !== "wait") return;
  throw new SetupError({
    action: "tell drift from a change that is under way",
    got: `process ${decision.holder.pid} has been changing stack ${name} since ${decision.holder.timestamp}`,
    needed: "a stack that nobody changes",
    mend: `wait for it to end, then look again: npm run drift -- --stack ${name}`,
  });
}

void command.parseAsync();
