import { setTimeout as sleep } from "node:timers/promises";

import { InvalidArgumentError, Option } from "commander";

import { homePaths } from "../setup/home";
import { jsonOption, stackCommand } from "./cli";
import { runCommand } from "./command";
import { statusOf } from "./status/assess";
import { coloured, formatStatus, plain } from "./status/format";
import { Status } from "./status/report";
import { screenOn } from "./status/screen";
import { sayingWhatItWaitsFor } from "./status/waiting";
import { Watcher } from "./status/watcher";

interface Options {
  readonly stack: string;
  readonly json?: boolean;
  /** Seconds between two looks. */
  readonly watch?: number;
  /** How many changes of the past. */
  readonly changes: number;
}

const command = stackCommand(
  "status",
  "Shows what runs of a stack beside what should: replicas by service and revision, what they use of their limits, requests in " +
    "the last 10 s, load balancer, Redis, queue, and the last changes. Exit code 0 when everything desired is healthy, 2 when " +
    "something is not or could not be asked, 1 when there is nothing to show.",
)
  .option(...jsonOption)
  .addOption(
    new Option(
      "--watch [seconds]",
      "look again and again, with a pause of 1 to 3600 (5 without a number); Ctrl-C ends it",
    )
      .preset("5")
      .argParser(wholeNumber(1, 3600)),
  )
  .option("--changes <number>", "how many of the last changes to show, 0 to 20", wholeNumber(0, 20), 5)
  .action((options: Options) => runCommand((interrupted) => status(options, interrupted)));

async function status(options: Options, interrupted: AbortSignal): Promise<void> {
  // The reader of a pipe may have seen enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  const watcher = await Watcher.of(options.stack, homePaths());
  if (options.watch !== undefined) return watch(watcher, options, options.watch, interrupted);
  const seen = await orInterrupted(
    interrupted,
    sayingWhatItWaitsFor(async (say) => statusOf(await watcher.look(say), options.changes)),
  );
  console.log(options.json ? JSON.stringify(seen, null, 2) : textOf(seen));
  if (!seen.healthy) process.exitCode = 2;
}

/** Until it is interrupted, which is how a watch ends and no failure. */
async function watch(watcher: Watcher, { json, changes }: Options, seconds: number, interrupted: AbortSignal) {
  const output = process.stdout;
  const screen = screenOn(json ? { write: (text) => output.write(text) } : output, json ? "" : "\n");
  try {
    const show = (seen: Status) => screen.show(json ? JSON.stringify(seen) : textOf(seen));
    const once = async (say: (line: string) => void) => show(statusOf(await watcher.look(say), changes));
    await orInterrupted(interrupted, sayingWhatItWaitsFor(once));
    for (;;) {
      await sleep(seconds * 1000, undefined, { signal: interrupted });
      await orInterrupted(
        interrupted,
        once(() => undefined),
      );
    }
  } catch (error) {
    if (!interrupted.aborted) throw error;
  } finally {
    screen.close();
  }
  // What was just being asked is of no use to anyone any more.
  process.exit(0);
}

function textOf(seen: Status): string {
  const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
  return formatStatus(seen, colour ? coloured : plain);
}

/** A question may take long; a person who wants to stop waits for none. */
function orInterrupted<T>(interrupted: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(interrupted.reason as Error);
    if (interrupted.aborted) return stop();
    interrupted.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => interrupted.removeEventListener("abort", stop));
  });
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`allowed: a whole number from ${least} to ${most}.`);
  };
}

void command.parseAsync();
