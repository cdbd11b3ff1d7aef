import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { InvalidArgumentError } from "commander";
import { Listr } from "listr2";

import { htmlReport } from "../load/html";
import { Load, startLoad } from "../load/load";
import { MixName, mixes } from "../load/mixes";
import { checkOptions, LoadOptions } from "../load/options";
import { formatReport } from "../load/table";
import { homePaths } from "../setup/home";
import { isLive, taskRenderer } from "../setup/progress";
import { loadGeneratorTask } from "../setup/tasks";
import { stackCommand } from "./cli";
import { runCommand } from "./command";
import { followEvents } from "./load-events";
import { servingUrl } from "./serving-url";

interface Options extends Omit<LoadOptions, "url" | "durationSeconds" | "timeoutSeconds"> {
  readonly stack: string;
  readonly url?: string;
  readonly duration: number;
  readonly timeout: number;
  readonly json?: string;
  readonly html?: string;
}

const profiles = Object.entries(mixes)
  .map(([name, { meaning }]) => `${name}: ${meaning}`)
  .join("; ");

const command = stackCommand(
  "load",
  "Offers a stack a fixed rate of requests, whatever becomes of them, and accounts for every one. Exit code 2 when any failed.",
)
  .option("--rate <requests>", "requests offered in a second, 1 to 20000", toNumber, 800)
  .option("--duration <seconds>", "how long, 1 to 3600; Ctrl-C ends it early, with the report", toNumber, 60)
  .option("--mix <profile>", profiles, "mixed")
  .option("--path <path>", "what the mix `path` asks for", "/")
  .option("--fresh <share>", "share of the requests on a connection of their own, 0 to 1 (default: 0.05)", toNumber)
  .option("--sse <streams>", "server-sent event streams to hold, 0 to 200 (default: the mix's, 4 or 0)", toNumber)
  .option("--ws <sockets>", "WebSockets to hold, 0 to 200 (default: the mix's, 4 or 0)", toNumber)
  .option("--sessions <number>", "sessions that the clients share, 1 to 1000", toNumber, 50)
  .option(
    "--clients <number>",
    "clients at most, 1 to 10000 (default: enough for a stall of 10 s up to 1,500, or for 1.5 s if that is more)",
    toNumber,
  )
  .option("--timeout <seconds>", "until a request counts as failed, 1 to 60", toNumber, 10)
  .option("--url <url>", "where to send instead, as http://127.0.0.1:8080 (default: the stack's)")
  .option("--allow-remote", "let the url be on another machine: only one that is yours")
  .option("--json <file>", "write the whole report as JSON")
  .option("--html <file>", "write it as a page with plots, which needs nothing else")
  .action((options: Options) => runCommand((interrupted) => load(options, interrupted)));

async function load(options: Options, interrupted: AbortSignal): Promise<void> {
  const { stack, url, duration, timeout, json, html, ...rest } = options;
  const wanted = { ...rest, durationSeconds: duration, timeoutSeconds: timeout, mix: rest.mix as MixName };
  // What is wrong is said before anything is built.
  checkOptions({ ...wanted, url: url ?? "http://127.0.0.1" });
  await new Listr([loadGeneratorTask({ interrupted })], taskRenderer()).run();
  const running = await startLoad({ ...wanted, url: url ?? (await servingUrl(stack, homePaths())) });
  const follower = followEvents(stack, (name) => running.mark(name));
  const told = new AbortController();
  const ended = running.finished().finally(() => told.abort());
  interrupted.addEventListener("abort", () => void running.stop().catch(() => undefined), { once: true });
  void tell(running, duration, told.signal);
  const report = await ended.finally(() => follower.stop());
  if (json) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  if (html) await writeFile(html, htmlReport(report));
  console.log(formatReport(report));
  for (const file of [json, html]) if (file) console.log(`Written: ${file}`);
  if (Object.keys(report.failures).length > 0) process.exitCode = 2;
}

/** A line a second for a person; nothing for a file. */
async function tell(running: Load, duration: number, ended: AbortSignal): Promise<void> {
  if (!isLive()) return;
  let before = running.progress;
  for (;;) {
    await sleep(1000, undefined, { signal: ended }).catch(() => undefined);
    process.stderr.write("\r\x1b[K");
    if (ended.aborted) return;
    const now = running.progress;
    const rate = (now.answered - before.answered) / Math.max(0.001, now.seconds - before.seconds);
    const left = `${Math.round(now.seconds)} of ${duration} s`;
    process.stderr.write(`${left}: ${now.answered} answered (${Math.round(rate)}/s), ${now.failed} failed`);
    before = now;
  }
}

function toNumber(text: string): number {
  if (text.trim() === "" || !Number.isFinite(Number(text))) throw new InvalidArgumentError("allowed: a number.");
  return Number(text);
}

void command.parseAsync();
