import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Command } from "commander";
import { execa } from "execa";

import { baseImages } from "../infra/base-images";
import { ProjectCopy } from "../tests/support/project-copy";
import { TestStack } from "../tests/support/test-stack";
import { BarePulumi, Containers } from "./peers/bare-pulumi";
import { composeCommand } from "./peers/compose";
import { median, spread } from "./statistics";

interface Options {
  readonly repeats: string;
  readonly json?: boolean;
}

/** Seconds that each repeat of a contender took. */
type Times = Readonly<Record<"preview" | "up" | "barePreview" | "bareUp" | "compose", number[]>>;

new Command("npm run bench:noop --")
  .description(
    "How long it takes to find out that nothing has to be done: `pulumi preview` and `pulumi up` on a settled stack of eight\n" +
      "containers, against `docker compose up -d` and a Pulumi program of a few lines, each with as many that are up. One run,\n" +
      "alternating, medians.",
  )
  .option("--repeats <n>", "measurements of each", "7")
  .option("--json", "print the figures as JSON")
  .action(async ({ repeats, json }: Options) => {
    const count = Number(repeats);
    if (!Number.isInteger(count) || count < 1 || count > 100) {
      console.error(`--repeats: got ${JSON.stringify(repeats)}, allowed is an integer from 1 to 100.`);
      process.exit(2);
    }
    const times = await measure(count);
    console.log(json ? JSON.stringify(times) : format(times));
  })
  .parse();

async function measure(repeats: number): Promise<Times> {
  const project = await ProjectCopy.make();
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-bench-"));
  const stack = await TestStack.make(project);
  const [file, ...prefix] = await composeCommand();
  const compose = (...args: string[]) => execa(file!, [...prefix, "-p", stack.name, ...args], { cwd: folder });
  const bare = await BarePulumi.make();
  try {
    console.error("brings up a stack, and as many containers with compose and with bare Pulumi");
    await stack.up();
    const count = (await stack.containers()).size;
    await writeFile(join(folder, "compose.yaml"), composeFile(count));
    await compose("up", "-d");
    await bare.declare(idleContainers(count));
    await bare.up();
    const times: Times = { preview: [], up: [], barePreview: [], bareUp: [], compose: [] };
    for (let i = 1; i <= repeats; i++) {
      times.barePreview.push(await seconds(() => bare.preview()));
      times.bareUp.push(await seconds(() => bare.up()));
      times.preview.push(await seconds(() => project.expectPulumi("preview", "--stack", stack.name)));
      times.compose.push(await seconds(() => compose("up", "-d")));
      times.up.push(await seconds(() => stack.up()));
      console.error(`measured ${i} of ${repeats}`);
    }
    return times;
  } finally {
    await bare.remove();
    await compose("down", "-t", "0").catch(() => undefined);
    await stack.cleanUp();
    await project.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - started) / 1e9;
}

/** As many idle services as the stack has containers. */
function composeFile(count: number): string {
  const services = Array.from({ length: count }, (_, index) => [
    `  service${index}:`,
    `    image: ${baseImages.node}`,
    '    command: ["busybox", "sleep", "3600"]',
    "    network_mode: none",
  ]);
  return ["services:", ...services.flat(), ""].join("\n");
}

/** As many idle containers for Pulumi. */
function idleContainers(count: number): Containers {
  const idle = { image: baseImages.node, command: ["busybox", "sleep", "3600"], networkMode: "none", wait: false };
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`idle-${index}`, idle]));
}

function format({ preview, up, barePreview, bareUp, compose }: Times): string {
  const row = (name: string, times: number[]) =>
    `${name.padEnd(38)}${median(times).toFixed(2).padStart(8)} s  ${spread(times).padEnd(16)}${(median(times) / median(compose)).toFixed(1).padStart(6)}x`;
  return [
    "",
    `${"nothing to do".padEnd(38)}${"median".padStart(10)}  ${"min to max".padEnd(16)}${"ratio".padStart(7)}`,
    row("docker compose up -d", compose),
    row("bare Pulumi: preview", barePreview),
    row("bare Pulumi: up --skip-preview", bareUp),
    row("pulumi preview", preview),
    row("pulumi up --skip-preview", up),
    "",
  ].join("\n");
}
