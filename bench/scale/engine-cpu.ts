import { readdir, readFile } from "node:fs/promises";

import { execa } from "execa";

/** What watching replicas that do nothing costs, as a share of one core. */
export interface IdleCost {
  readonly replicas: number;
  readonly seconds: number;
  /** The engine and containerd, whole: what other containers, and whoever asks the engine, cost them is in it. */
  readonly engine: number;
  /** The replicas' shims, with the probes they ran. */
  readonly shims: number;
  /** The replicas' own processes: they answer the probes, and the load balancer's active check. */
  readonly replicasThemselves: number;
}

/** The kernel counts CPU time in hundredths of a second. */
const ticksPerSecond = 100;

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly command: string;
  /** Its own and that of the children it has waited for, in seconds. A probe's process is a child of its container's shim. */
  readonly seconds: number;
}

/**
 * CPU time over an idle while.
 *
 * @param containers full ids of the replicas
 */
export async function measureIdleCost(containers: readonly string[], seconds: number): Promise<IdleCost> {
  const mains = new Set(await mainProcesses(containers));
  const before = await readProcesses();
  const began = process.hrtime.bigint();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = await readProcesses();
  const elapsed = Number(process.hrtime.bigint() - began) / 1e9;
  const spent = (isIt: (item: ProcessTimes) => boolean) =>
    [...after.values()].filter(isIt).reduce((sum, { pid, seconds }) => {
      return sum + seconds - (before.get(pid)?.seconds ?? seconds);
    }, 0) / elapsed;
  const isShim = ({ command }: ProcessTimes) => containers.some((id) => command.includes(id));
  return {
    replicas: containers.length,
    seconds: elapsed,
    engine: spent(({ name }) => ["dockerd", "containerd"].includes(name)),
    shims: spent(isShim),
    replicasThemselves: spent(({ pid }) => mains.has(pid)),
  };
}

async function mainProcesses(containers: readonly string[]): Promise<number[]> {
  const { stdout } = await execa("docker", ["inspect", "--format", "{{.State.Pid}}", ...containers]);
  return stdout.split("\n").map(Number);
}

async function readProcesses(): Promise<Map<number, ProcessTimes>> {
  const pids = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  const found = await Promise.all(pids.map(readProcess));
  return new Map(found.filter((item) => item !== undefined).map((item) => [item.pid, item]));
}

async function readProcess(pid: number): Promise<ProcessTimes | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8");
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    // man proc_pid_stat: after the name come state, parent, ...; utime, stime, cutime and cstime are fields 14 to 17.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: Number(fields[1]), name, command, seconds: ticks / ticksPerSecond };
  } catch {
    return undefined;
  }
}
