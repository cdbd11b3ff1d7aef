import { execFile, spawn } from "node:child_process";

/** How many lines may have been written since the moment of which a log is asked. */
const newerLines = 1000;

/** Bytes an answer may have: what the engine tells of a hundred replicas is well below. */
const maxBuffer = 64 * 1024 * 1024;

/**
 * The engine a stack lives on, asked through the docker command: by the Pulumi program for what no resource can say, whether
 * a replica that was created is any good (docs/design.md, "The gate"), and by the commands in `ops/`.
 */
export class Docker {
  /**
   * @param host the engine's address (`unix://`, `ssh://`, `tcp://`). @default DOCKER_HOST, else the local socket
   * @param timeoutSeconds until a command that has an end is given up. @default never
   */
  constructor(
    private readonly host?: string,
    private readonly timeoutSeconds?: number,
  ) {}

  /**
   * Runs a docker command to its end.
   *
   * @returns its standard output; a warning on standard error is no part of an answer
   * @throws Error with what it said, when it fails or is not installed
   */
  async run(...args: string[]): Promise<string> {
    return (await this.both(args)).stdout;
  }

  /**
   * The last lines of a container's log, whichever of its two streams they were written to.
   *
   * @param until Unix time in seconds; what was written later is left out. @default all there is
   */
  async log(container: string, lines: number, until?: string): Promise<string> {
    // The engine counts first and leaves out then: of its last ten lines none may be old enough.
    const [tail, bound] = until === undefined ? [lines, []] : [lines + newerLines, ["--until", until]];
    const { stdout, stderr } = await this.both(["logs", "--tail", String(tail), ...bound, container]);
    const last = (text: string) => text.split(/(?<=\n)/).slice(-lines);
    return [...last(stdout), ...last(stderr)].join("");
  }

  private both(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        "docker",
        this.arguments(args),
        // The command line keeps nothing that an end without warning could harm.
        { maxBuffer, env: process.env, timeout: (this.timeoutSeconds ?? 0) * 1000, killSignal: "SIGKILL" },
        (error, stdout, stderr) => {
          if (error === null) return resolve({ stdout, stderr });
          const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
          const said = missing
            ? "there is no docker command on this machine; npm run setup installs it"
            : stderr.trim() || (error.killed ? `no answer within ${this.timeoutSeconds} s` : "");
          reject(new Error(`docker ${args[0]}: ${said || error.message}`, { cause: error }));
        },
      );
      child.stdin?.end();
    });
  }

  /**
   * Runs a docker command that goes on by itself, and hands over its lines as they come.
   *
   * @returns what ends it
   */
  follow(args: readonly string[], onLine: (line: string) => void): () => void {
    const child = spawn("docker", this.arguments(args), { stdio: ["ignore", "pipe", "pipe"], env: process.env });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop()!;
        lines.forEach(onLine);
      });
    }
    // It is an aid (a wake-up, a count): without it the gate still asks, once a second.
    child.on("error", () => undefined);
    return () => child.kill();
  }

  private arguments(args: readonly string[]): string[] {
    return this.host ? ["--host", this.host, ...args] : [...args];
  }
}
