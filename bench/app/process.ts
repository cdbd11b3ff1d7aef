import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** The core of what is measured, and the core of all the rest: Redis and the load generator. */
export const cores = { measured: 0, rest: 1 } as const;

/** The clock ticks of Linux in a second, for every architecture Node.js runs on. */
const TICKS = 100;

/** A server or worker that is measured, alone on its core while it works. */
export class MeasuredProcess {
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    /** Where it listens; 0 for a worker. */
    readonly port: number,
  ) {}

  /** Starts a bundle; resolves once it takes work. @throws Error with its last words when it does not within 20 seconds */
  static async start(name: string, file: string, env: Record<string, string>): Promise<MeasuredProcess> {
    const args = ["--cpu-list", String(cores.measured), process.execPath, ...profiling(name), file];
    const child = spawn("taskset", args, { env, cwd: "/", stdio: ["ignore", "pipe", "pipe"] });
    let words = "";
    child.stderr.on("data", (chunk) => (words = `${words}${chunk}`.slice(-2000)));
    const lines = createInterface({ input: child.stdout });
    const port = await new Promise<number>((resolve, reject) => {
      let listens = 0;
      const timer = setTimeout(() => reject(new Error(`start ${name}: not ready within 20 s\n${words}`)), 20_000);
      child.once("exit", (code) => reject(new Error(`start ${name}: ended with ${code}\n${words}`)));
      lines.on("line", (line) => {
        words = `${words}${line}\n`.slice(-2000);
        const { msg, port: bound } = JSON.parse(line) as { msg?: string; port?: number };
        listens = bound ?? listens;
        if (msg === "ready") {
          clearTimeout(timer);
          // From here on its lines are read and dropped, as cheaply as can be: Redis shares this core.
          lines.close();
          child.stdout.resume();
          resolve(listens);
        }
      });
    }).catch((error: unknown) => {
      child.kill("SIGKILL");
      throw error;
    });
    return new MeasuredProcess(name, child, port);
  }

  /** Seconds of CPU it has used. */
  cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, "utf8");
    const [user, system] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13);
    return (Number(user) + Number(system)) / TICKS;
  }

  /** Memory it holds, in MiB. */
  residentMiB(): number {
    const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.child.pid}/status`, "utf8"));
    return Number(line?.[1] ?? 0) / 1024;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 5000);
    this.child.kill("SIGTERM");
    await ended;
    clearTimeout(timer);
  }
}

let profiles = 0;

/** With BENCH_PROFILE=<folder> every measured process that ends by itself leaves a CPU profile there. */
function profiling(name: string): string[] {
  const folder = process.env.BENCH_PROFILE;
  return folder ? ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}-${++profiles}.cpuprofile`] : [];
}
