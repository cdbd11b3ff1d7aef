import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, open, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";

import { SetupError } from "../setup/errors";
import { freePort } from "../setup/free-port";
import { homePaths } from "../setup/home";
import { loadGeneratorPath } from "../setup/load-generator";
import { lineReader } from "./line-reader";
import { CheckedOptions } from "./options";
import { k6Plan } from "./plan";
import { ConsoleLine, parseLine } from "./record";
import { makeScratchFolder } from "./scratch";

/** Milliseconds between two looks at what k6 wrote. */
const lookMs = 100;

/** Clock ticks of /proc/<pid>/stat in a second: a constant of Linux's interface. */
const ticks = 100;

/** k6 as a process: it writes a line a request to a file, so that no reader ever holds it up. */
export class Generator {
  /** Resolves when k6 has ended and every line was handed on. */
  readonly ended: Promise<void>;
  private stderr = "";
  private cpu = 0;
  private told = false;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly child: ChildProcess,
    onLine: (line: ConsoleLine) => void,
  ) {
    child.stderr!.on("data", (text) => (this.stderr = (this.stderr + String(text)).slice(-4000)));
    const gone = once(child, "close").then(([code]) => code as number | null);
    this.ended = this.follow(gone, onLine);
    // Whoever waits for it sees the failure; nobody may wait yet.
    this.ended.catch(() => undefined);
  }

  /** @throws SetupError when there is no k6 */
  static async start(
    options: CheckedOptions,
    cookies: readonly string[],
    onLine: (line: ConsoleLine) => void,
  ): Promise<Generator> {
    const program = await installed();
    const folder = await makeScratchFolder(options);
    const [plan, lines] = [join(folder, "plan.json"), join(folder, "lines")];
    await writeFile(plan, JSON.stringify(k6Plan(options, cookies, join(folder, "summary.json"))), { mode: 0o600 });
    await writeFile(lines, "");
    // k6 takes it by number only.
    const port = await freePort();
    const child = spawn(
      program,
      [
        ...["run", "--quiet", "--no-usage-report", "--no-thresholds", "--address", `127.0.0.1:${port}`],
        ...["--log-format", "raw", "--console-output", lines, "-e", `LOAD_PLAN=${plan}`],
        join(__dirname, "k6", "script.js"),
      ],
      { env: generatorEnvironment(), stdio: ["ignore", "ignore", "pipe"] },
    );
    const endWithUs = () => child.kill("SIGKILL");
    process.once("exit", endWithUs);
    child.once("close", () => process.off("exit", endWithUs));
    return new Generator(folder, port, child, onLine);
  }

  /** Asks that no more requests be sent; those under way go on. */
  async stopSending(): Promise<void> {
    this.told = true;
    const attributes = { "vus-max": 2 };
    await fetch(`http://127.0.0.1:${this.port}/v1/status`, {
      method: "PATCH",
      body: JSON.stringify({ data: { type: "status", id: "default", attributes } }),
      signal: AbortSignal.timeout(10_000),
    }).catch(() => undefined); // It has ended by itself, or ends with the next call.
  }

  /** Ends k6; what is still under way is cut off. */
  async end(): Promise<void> {
    this.told = true;
    this.child.kill("SIGINT");
    await this.ended;
  }

  /** Seconds of one CPU that k6 used. */
  get cpuSeconds(): number {
    return this.cpu;
  }

  /** Arrivals that k6 had no free client for. After `ended`. */
  readonly dropped = async (): Promise<number> =>
    (JSON.parse(await readFile(join(this.folder, "summary.json"), "utf8")) as { dropped: number }).dropped;

  /** Removes what k6 wrote. After `ended`. */
  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  private async follow(gone: Promise<number | null>, onLine: (line: ConsoleLine) => void): Promise<void> {
    const file = await open(join(this.folder, "lines"));
    const read = lineReader(file, (line) => onLine(parseLine(line)));
    let code: number | null | undefined;
    void gone.then((value) => (code = value)).catch(() => (code = null));
    try {
      while (code === undefined) {
        await read();
        await this.lookAtCpu();
        await new Promise((resolve) => setTimeout(resolve, lookMs));
      }
      await read();
    } finally {
      await file.close();
    }
    if (code !== 0 && !this.told) throw new Error(`k6 ended with ${code ?? "a signal"}: ${this.stderr.trim()}`);
  }

  private async lookAtCpu(): Promise<void> {
    const text = await readFile(`/proc/${this.child.pid}/stat`, "utf8").catch(() => "");
    const [user, system] = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13)
      .map(Number);
    if (user !== undefined && system !== undefined) this.cpu = (user + system) / ticks;
  }
}

/** @throws SetupError when there is no k6: a library installs nothing */
async function installed(): Promise<string> {
  const path = loadGeneratorPath(homePaths());
  await access(path).catch(() => {
    throw new SetupError({
      action: "offer a load",
      got: `no k6 at ${path}`,
      needed: "the load generator k6",
      mend: "npm run load (it installs k6 first), or npm test",
    });
  });
  return path;
}

/** Measured on two cores: half of them, and rarer garbage collection, cost a fifth less and leave the rest to what is measured. */
function generatorEnvironment(): NodeJS.ProcessEnv {
  const half = Math.max(1, Math.floor(availableParallelism() / 2));
  return { GOMAXPROCS: String(half), GOGC: "400", ...process.env };
}
