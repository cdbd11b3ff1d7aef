import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { baseImages } from "../../infra/base-images";
import { bundle } from "../../infra/bundle";
import { freePort } from "../../setup/free-port";
import { cores } from "./process";

/** One start of one container. */
export interface ReplicaRun {
  /** Seconds from `docker start` until `/readyz` answers 200. */
  readySeconds: number;
  /** Seconds from `docker start` until the engine calls it healthy, which is when the load balancer takes it in. */
  healthySeconds: number;
  /** Memory as `docker stats` tells it, after five seconds without a request, in MiB. */
  memoryMiB: number;
  /** The process's resident memory in the same moment, in MiB. It holds pages that are shared with other replicas. */
  residentMiB: number;
}

export interface ReplicaOptions {
  repeats: number;
  /** A folder for scratch files. */
  folder: string;
  interrupted: AbortSignal;
  say: (line: string) => void;
}

const IMAGE = "evenkeel-bench-replica";
/** Seconds without a request before its memory is looked at. */
const IDLE_SECONDS = 5;
const LIMIT_MS = 30_000;

/** Starts a container of the app's image, with the stack's limits and health check, `repeats` times. */
export async function measureReplica(env: Record<string, string>, options: ReplicaOptions): Promise<ReplicaRun[]> {
  const runs: ReplicaRun[] = [];
  const context = join(options.folder, "replica");
  await mkdir(context);
  await writeFile(join(context, "main.js"), bundle("app").text());
  await writeFile(
    join(context, "Dockerfile"),
    `FROM ${baseImages.node}\nCOPY main.js /main.js\nCMD ["node", "/main.js"]\n`,
  );
  await docker("build", "--tag", IMAGE, context);
  try {
    for (let round = 0; round < options.repeats; round++) {
      options.interrupted.throwIfAborted();
      const run = await measureOne(env, options.interrupted);
      runs.push(run);
      const { readySeconds, healthySeconds, memoryMiB } = run;
      options.say(
        `replica, ${round + 1} of ${options.repeats}: ready after ${readySeconds.toFixed(2)} s, ` +
          `healthy after ${healthySeconds.toFixed(2)} s, ${memoryMiB.toFixed(1)} MiB`,
      );
    }
  } finally {
    await execa("docker", ["rmi", "--force", IMAGE], { reject: false });
  }
  return runs;
}

async function measureOne(env: Record<string, string>, interrupted: AbortSignal): Promise<ReplicaRun> {
  const [port, internalPort] = [await freePort(), await freePort()];
  const own = { ...env, PORT: String(port), INTERNAL_PORT: String(internalPort) };
  const container = await docker(
    ...["create", "--network", "host", "--cpus", "0.5", "--cpuset-cpus", String(cores.measured)],
    ...["--memory", "256m", "--memory-swap", "256m", "--read-only", "--user", "10001:10001", "--cap-drop", "ALL"],
    ...["--health-cmd", `busybox wget -q -O /dev/null http://127.0.0.1:${internalPort}/probe`],
    ...["--health-interval", "1s", "--health-timeout", "25s", "--health-retries", "1", "--health-start-period", "1m"],
    ...Object.entries(own).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    IMAGE,
  );
  try {
    const started = performance.now();
    const since = () => (performance.now() - started) / 1000;
    await docker("start", container);
    const readySeconds = await until(() => isReady(port), since, interrupted);
    const healthySeconds = await until(() => isHealthy(container), since, interrupted);
    await sleep(IDLE_SECONDS * 1000, undefined, { signal: interrupted });
    return {
      readySeconds,
      healthySeconds,
      memoryMiB: await memoryOf(container),
      residentMiB: await residentOf(container),
    };
  } finally {
    await execa("docker", ["rm", "--force", "--volumes", container], { reject: false });
  }
}

/** Resolves to the seconds since the start once `isSo`. @throws Error when that takes more than half a minute */
async function until(isSo: () => Promise<boolean>, since: () => number, interrupted: AbortSignal): Promise<number> {
  while (!(await isSo())) {
    if (since() * 1000 > LIMIT_MS) throw new Error(`measure a replica's start: not done within ${LIMIT_MS / 1000} s`);
    await sleep(10, undefined, { signal: interrupted });
  }
  return since();
}

const isReady = (port: number) =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );

const isHealthy = async (container: string) =>
  (await docker("inspect", "--format", "{{.State.Health.Status}}", container)) === "healthy";

/** `docker stats` takes the file cache that can be given back off what the cgroup counts. */
async function memoryOf(container: string): Promise<number> {
  const text = await docker("stats", "--no-stream", "--format", "{{.MemUsage}}", container);
  const [, number, unit] = /^([\d.]+)([KMG]iB)/.exec(text) ?? [];
  const factor = { KiB: 1 / 1024, MiB: 1, GiB: 1024 }[unit ?? ""];
  if (factor === undefined) throw new Error(`measure a replica's memory: docker stats said ${JSON.stringify(text)}`);
  return Number(number) * factor;
}

async function residentOf(container: string): Promise<number> {
  const pid = await docker("inspect", "--format", "{{.State.Pid}}", container);
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}

async function docker(...args: string[]): Promise<string> {
  return (await execa("docker", args, { stdin: "ignore" })).stdout.trim();
}
