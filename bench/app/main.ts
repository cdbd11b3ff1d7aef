import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { bundle } from "../../infra/bundle";
import { runCommand } from "../../ops/command";
import { ensureDebianProgram, wrk } from "../../setup/debian-program";
import { SetupError } from "../../setup/errors";
import { measureJobs } from "./jobs";
import { MeasuredProcess } from "./process";
import { BenchRedis } from "./redis";
import { measureReplica } from "./replica";
import { formatReport, goalsOf, names, type Report } from "./report";
import { measureRequests } from "./requests";

const parts = ["requests", "jobs", "replica"] as const;
type Only = (typeof parts)[number];

interface Options {
  repeats: number;
  seconds: number;
  connections: number;
  jobs: number;
  concurrency: number;
  only?: Only;
  json?: boolean;
}

/** A whole number between two bounds, both included. */
const between = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new InvalidArgumentError(`Allowed: a whole number from ${min} to ${max}.`);
  }
  return value;
};

function only(text: string): Only {
  const part = parts.find((name) => name === text);
  if (!part) throw new InvalidArgumentError(`Allowed: ${parts.join(", ")}.`);
  return part;
}

new Command("npm run bench:app --")
  .description(
    "Measures one replica and one worker, as their images hold them, against the least that could do the same: a bare\n" +
      "node:http handler, Fastify, and a bare BullMQ worker. Each is alone on one core, in turns; Redis and the load generator\n" +
      "have another. Then a replica's container: its start and its idle memory. Loopback only. About five minutes.",
  )
  .option("--repeats <n>", "rounds, 1 to 50", between(1, 50), 5)
  .option("--seconds <n>", "seconds of each measurement of requests, 1 to 60", between(1, 60), 5)
  .option("--connections <n>", "connections of the load generator, 1 to 512", between(1, 512), 64)
  .option("--jobs <n>", "jobs of each measurement of a worker, 1000 to 100000", between(1000, 100_000), 10_000)
  .option("--concurrency <n>", "jobs a worker does at a time, 1 to 256", between(1, 256), 8)
  .option("--only <part>", "requests, jobs or replica", only)
  .option("--json", "print the figures of every round as JSON on standard output, and progress on standard error")
  .action((options: Options) => runCommand((interrupted) => bench(options, interrupted)))
  .parse();

async function bench(options: Options, interrupted: AbortSignal): Promise<void> {
  const say = (line: string) => (options.json ? console.error(line) : console.log(line));
  if (availableParallelism() < 2) {
    throw new SetupError({
      action: "measure",
      got: "one core",
      needed: "two: one for what is measured, one for Redis and the load generator",
      mend: "run this on a larger machine",
    });
  }
  const wanted = (part: Only) => (options.only ?? part) === part;
  if (wanted("requests")) await ensureDebianProgram("measure requests", wrk, { say });
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-bench-"));
  const redis = await BenchRedis.start();
  try {
    const machine = { cpu: `${availableParallelism()} x ${cpus()[0]!.model.trim()}`, node: process.versions.node };
    const part = { ...options, folder, interrupted, say };
    const requests = wanted("requests") ? await benchRequests(redis, part) : undefined;
    const jobs = wanted("jobs") ? await benchJobs(redis, part) : undefined;
    const replica = wanted("replica") ? await measureReplica(stackEnv(redis.url("app")), part) : undefined;
    const report: Report = { machine, requests, jobs, replica, goals: goalsOf({ requests, jobs }) };
    console.log(options.json ? JSON.stringify(report, undefined, 2) : `\n${formatReport(report)}`);
  } finally {
    await redis.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

type Part = Options & { folder: string; interrupted: AbortSignal; say: (line: string) => void };

/** Makes a folder's bundle as its image holds it. */
async function bundleTo(folder: string, source: string): Promise<string> {
  const file = join(folder, `${source.replaceAll("/", "-")}.js`);
  await writeFile(file, bundle(source).text());
  return file;
}

/** What a container of the stack would get. */
const stackEnv = (redisUrl: string) => ({
  NODE_ENV: "production",
  REDIS_URL: redisUrl,
  INSTANCE: "bench-1",
  PORT: "0",
  INTERNAL_PORT: "0",
  DRAIN_SECONDS: "0",
  SESSION_SECRET: "bench-bench-bench-bench-bench-bench",
});

async function benchRequests(redis: BenchRedis, part: Part) {
  const servers: MeasuredProcess[] = [];
  const env = stackEnv(redis.url("app"));
  const sources = {
    [names.app]: "app",
    [names.bare]: "bench/app/peers/bare-http",
    [names.cached]: "bench/app/peers/cached-http",
    [names.fastify]: "bench/app/peers/fastify",
  };
  try {
    for (const [name, source] of Object.entries(sources)) {
      part.say(`${name}: starting`);
      servers.push(await MeasuredProcess.start(name, await bundleTo(part.folder, source), env));
    }
    return await measureRequests(servers, part);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function benchJobs(redis: BenchRedis, part: Part) {
  const env = { ...stackEnv(redis.url("worker")), WORKER_CONCURRENCY: String(part.concurrency) };
  const worker = await bundleTo(part.folder, "worker");
  const kinds = [
    { name: names.worker, file: worker, env },
    { name: names.loggingWorker, file: worker, env: { ...env, LOG_LEVEL: "debug" } },
    { name: names.bareWorker, file: await bundleTo(part.folder, "bench/app/peers/bare-worker"), env },
    { name: names.sameOptions, file: await bundleTo(part.folder, "bench/app/peers/same-options-worker"), env },
  ];
  return measureJobs(kinds, redis, part);
}
