import { hostname } from "node:os";

import { Stack } from "@pulumi/pulumi/automation";
import { Listr, ListrTask } from "listr2";

import { Docker } from "../infra/docker";
import { Identity } from "../infra/identity";
import { SetupError } from "../setup/errors";
import { Home, homePaths } from "../setup/home";
import { isProcessAlive } from "../setup/process-alive";
import { taskRenderer, withHeartbeat } from "../setup/progress";
import { jsonOption, stackCommand } from "./cli";
import { runCommand } from "./command";
import { declaredNow, Look, lookAt } from "./drift/look";
import { repair, RepairResult } from "./drift/repair";
import { formatDrift, formatRepair } from "./drift/table";
import { EngineClient } from "./engine";
import { exclusively } from "./exclusive";
import { decideLock, freeLock, readLocks, stateFolderOf } from "./lock";
import { openExistingStack, projectName } from "./stack";
import { lockOptions, mendInterrupted } from "./up-tasks";

interface Options {
  readonly stack: string;
  readonly repair?: boolean;
  readonly allowInterruption?: boolean;
  readonly json?: boolean;
}

const command = stackCommand(
  "drift",
  "Compares what runs with what the last update declared, also where `pulumi refresh` is blind. " +
    "Exit code 0: no drift, or none any more; 2: drift; 1: it could not be found out.",
)
  .option(
    "--repair",
    "bring exactly the drifted parts back, with no request failed; safe to interrupt and to run again",
  )
  .option("--allow-interruption", "with --repair: also what interrupts everyone for some seconds, as the table says")
  .option(...jsonOption)
  .action((options: Options) => runCommand((interrupted) => drift(options, interrupted)));

/** What the exit code says beside 0 and 1. */
const driftFound = 2;

/** How long a look gives a replica that starts or that the load balancer has yet to hear of. In seconds. */
const patienceSeconds = 6;

async function drift(options: Options, interrupted: AbortSignal): Promise<void> {
  requireFitting(options);
  const { stack: name, json } = options;
  const home = homePaths();
  const stack = await openExistingStack({ name, home });
  const engineHost = (await stack.getAllConfig())["docker:host"]?.value;
  const docker = new Docker(engineHost);
  const identity = { project: projectName, stack: name };
  const again = `npm run drift --${name === "dev" ? "" : ` --stack ${name}`}`;
  if (!options.repair) {
    await requireNoUpdate(name, home);
    const { findings } = await withProgress(name, () => lookOnce(stack, docker, identity));
    console.log(json ? JSON.stringify({ stack: name, drift: findings }, null, 2) : formatDrift(findings, again));
    if (findings.length > 0) process.exitCode = driftFound;
    return;
  }
  const { allowInterruption = false } = options;
  const { before, left } = await exclusively(name, home, interrupted, async () => {
    const make = (say: (line: string) => void) =>
      repair({ stack, docker, identity, allowInterruption, say, interrupted });
    return inSteps(stack, new EngineClient(engineHost), name, home, interrupted, make);
  });
  console.log(json ? JSON.stringify({ stack: name, before, drift: left }, null, 2) : formatRepair(before, left, again));
  if (left.length > 0) process.exitCode = driftFound;
}

/** What drifted, by one look. */
async function lookOnce(stack: Stack, docker: Docker, identity: Identity): Promise<Look> {
  return lookAt(await declaredNow(stack), docker, identity, patienceSeconds);
}

/** A look asks Pulumi, the engine, the load balancer and Redis: some seconds in which a person wants to see that it goes on. */
async function withProgress(name: string, look: () => Promise<Look>): Promise<Look> {
  let looked: Look | undefined;
  const task: ListrTask = {
    title: `stack ${name}: look`,
    task: async (_, view) => {
      const progress = { say: (line: string) => void (view.output = line) };
      looked = await withHeartbeat(progress, "compares what runs with what was declared", look);
    },
  };
  await new Listr([task], taskRenderer()).run();
  return looked!;
}

/** A repair with its progress on standard error, after what a killed update left is put right. */
async function inSteps(
  stack: Stack,
  engine: EngineClient,
  name: string,
  home: Home,
  interrupted: AbortSignal,
  make: (say: (line: string) => void) => Promise<RepairResult>,
): Promise<RepairResult> {
  let result: RepairResult | undefined;
  const steps = new Listr(
    [
      {
        title: `stack ${name}`,
        task: async (_, task) => {
          const say = (line: string) => void (task.output = line);
          const broken = await freeLock(lockOptions(stack, name, home, interrupted, say));
          task.title = `stack ${name}: ${await mendInterrupted(stack, engine, name, broken)}`;
        },
      },
      {
        title: `stack ${name}: repair`,
        task: async (_, task) => {
          const progress = { say: (line: string) => void (task.output = line) };
          result = await withHeartbeat(progress, "looks what has drifted", (beat) =>
            make((line) => {
              beat.say(line);
              progress.say(line);
            }),
          );
        },
      },
    ],
    taskRenderer(),
  );
  await steps.run();
  return result!;
}

function requireFitting({ repair: wanted, allowInterruption }: Options): void {
  if (wanted || !allowInterruption) return;
  throw new SetupError({
    action: "look for drift",
    got: "--allow-interruption without --repair",
    needed: "both, or neither: a look interrupts nothing",
    mend: "npm run drift -- --repair --allow-interruption",
  });
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
