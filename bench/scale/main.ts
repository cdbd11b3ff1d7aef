import { writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";

import { Command, InvalidArgumentError } from "commander";

import { runCommand } from "../../ops/command";
import { ContenderName, contenderNames } from "./contender";
import { Field } from "./field";
import { htmlReport } from "./html";
import { formatReport, goalsOf, Report } from "./report";
import { formatPhases, measurePhases } from "./phases";
import { measureMany, measureRounds, Measured } from "./rounds";

interface Options {
  rounds?: number;
  rate: number;
  only?: ContenderName[];
  replicas?: number;
  phases?: boolean;
  json?: string;
  html?: string;
}

/** A whole number between two bounds, both included. */
const between = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new InvalidArgumentError(`Allowed: a whole number from ${min} to ${max}.`);
  }
  return value;
};

function contenders(text: string): ContenderName[] {
  const names = text.split(",");
  if (!names.every((name) => (contenderNames as readonly string[]).includes(name))) {
    throw new InvalidArgumentError(`Allowed: one or more of ${contenderNames.join(", ")}, with commas between.`);
  }
  return contenderNames.filter((name) => names.includes(name));
}

new Command("npm run bench:scale --")
  .description(
    "How long it takes until 3 replicas are 5, 5 are 3, and 3 are of another revision, and how many requests fail meanwhile:\n" +
      "Evenkeel by plain `pulumi up`, `docker compose up --wait`, and Docker Swarm on a second engine of the bench's own (needs root).\n" +
      "And a Pulumi program of a few lines: what is left of Evenkeel's time is Pulumi's own.\n" +
      "Same image, environment, limits, health check and Traefik; in turns. About two minutes a round.",
  )
  .option("--rounds <n>", "rounds, 1 to 20 (default: 3; with --replicas: 1)", between(1, 20))
  .option("--rate <n>", "requests offered in a second, 0 to 2000", between(0, 2000), 200)
  .option("--only <tools>", `some of ${contenderNames.join(", ")}, with commas between`, contenders)
  .option("--replicas <n>", "instead: 3 -> n -> 3, and what n idle replicas cost; 6 to 100; heavy", between(6, 100))
  .option("--phases", "instead: where the time of Evenkeel's 3 -> 5 goes, without load")
  .option("--json <file>", "write the figures of every round")
  .option("--html <file>", "write the table and a plot as a page that needs nothing else")
  .action((options: Options) => runCommand((interrupted) => bench(options, interrupted)))
  .parse();

async function bench(options: Options, interrupted: AbortSignal): Promise<void> {
  const { rate, replicas } = options;
  const rounds = options.rounds ?? (replicas === undefined ? 3 : 1);
  const machine = {
    cpu: `${availableParallelism()} x ${cpus()[0]!.model.trim()}`,
    node: process.versions.node,
    loadAtStart: loadavg()[0]!,
  };
  const say = (line: string) => console.error(line);
  if (options.phases) return benchPhases(rounds, say, interrupted);
  const field = await Field.set(options.only ?? contenderNames, say, interrupted);
  let measured: Measured;
  try {
    const common = { rate, rounds, say, interrupted };
    measured = replicas === undefined ? await measureRounds(field, common) : await measureMany(field, replicas, common);
  } finally {
    say("cleans up");
    await field.clear();
  }
  const report: Report = { machine, rate, ...measured, goals: goalsOf(measured) };
  console.log(`\n${formatReport(report)}`);
  if (options.json) await writeFile(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
  if (options.html) await writeFile(options.html, htmlReport(report));
}

async function benchPhases(rounds: number, say: (line: string) => void, interrupted: AbortSignal): Promise<void> {
  const field = await Field.set(["evenkeel"], say, interrupted);
  try {
    console.log(formatPhases(await measurePhases(field.evenkeel, rounds)));
  } finally {
    await field.clear();
  }
}
