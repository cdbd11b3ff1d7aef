import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request, type Agent, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { buildSync } from "esbuild";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says what it expects of a body
  body: any;
  /** Milliseconds from the request to the end of the answer. */
  tookMs: number;
}

export type LogLine = Record<string, unknown> & { msg?: string };

interface Waiter {
  matches: (line: LogLine) => boolean;
  resolve: (line: LogLine) => void;
}

const folder = mkdtempSync(join(tmpdir(), "evenkeel-integration-"));
const bundles = new Map<string, string>();
const replicas = new Set<Replica>();
let started = 0;

/** The same bundle as the image holds: one file, made once a test file. */
function bundle(service: string): string {
  const outfile = join(folder, `${service}.js`);
  if (!bundles.has(service)) {
    const entry = join(__dirname, "../..", service, "main.ts");
    const common = { platform: "node", target: "node20", format: "cjs", logLevel: "error" } as const;
    buildSync({ ...common, entryPoints: [entry], bundle: true, outfile });
    bundles.set(service, outfile);
  }
  return outfile;
}

/** What signs the sessions of all replicas. */
export const SESSION_SECRET = "integration-".repeat(4);

/** A process of the project as a container runs it: the bundle, with its environment and nothing else. */
export class Replica {
  readonly lines: LogLine[] = [];
  /** All it wrote to standard error: nothing, when all is well. */
  stderr = "";
  /** Resolves to the exit code, null after a kill. */
  readonly exited: Promise<number | null>;
  port = 0;
  internalPort = 0;
  private readonly waiters = new Set<Waiter>();
  private readonly output: Interface;

  private constructor(
    private readonly child: ChildProcess,
    readonly instance: string,
  ) {
    this.exited = new Promise((resolve) => child.once("close", (code) => resolve(code)));
    this.output = createInterface({ input: child.stdout! }).on("line", (line) =>
      this.take(JSON.parse(line) as LogLine),
    );
    child.stderr!.on("data", (chunk) => (this.stderr += chunk));
  }

  /** Starts a process; resolves once it listens. It is killed by `stopAll` at the latest. */
  static async start(service: "app" | "worker", env: Record<string, string>): Promise<Replica> {
    const replica = Replica.spawn(service, env);
    const line = await replica.logged("listening");
    replica.port = Number(line.port);
    replica.internalPort = Number(line.internalPort);
    return replica;
  }

  /** Starts a process that need not come far. */
  static spawn(service: "app" | "worker", env: Record<string, string>): Replica {
    const instance = `${service}-test-${++started}`;
    const defaults = { INSTANCE: instance, REVISION: "r1", INTERNAL_PORT: "0", DRAIN_SECONDS: "0" };
    // What a worker did is read in its log.
    const own = service === "app" ? { PORT: "0", SESSION_SECRET } : { LOG_LEVEL: "debug" };
    const child = spawn(process.execPath, [bundle(service)], {
      cwd: "/",
      env: { ...defaults, ...own, STOP_GRACE_SECONDS: "10", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const replica = new Replica(child, instance);
    replicas.add(replica);
    return replica;
  }

  /** Starts a process; resolves once it is ready to take work. */
  static async ready(service: "app" | "worker", env: Record<string, string>): Promise<Replica> {
    const replica = await Replica.start(service, env);
    await replica.logged("ready");
    return replica;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Resident memory of the process, in MiB. */
  memoryMiB(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, "utf8"))![1]) / 1024;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Leaves what the process writes unread, as an engine that hangs does. */
  ignoreLog(): void {
    this.output.pause();
  }

  readLog(): void {
    this.output.resume();
  }

  /** Resolves to the first log line, written already or still to come, with this message and these fields. */
  logged(msg: string, fields: LogLine = {}): Promise<LogLine> {
    const wanted = Object.entries({ msg, ...fields });
    const matches = (line: LogLine) => wanted.every(([key, value]) => line[key] === value);
    const written = this.lines.find(matches);
    return written ? Promise.resolve(written) : new Promise((resolve) => this.waiters.add({ matches, resolve }));
  }

  get(path: string, options: AskOptions = {}): Promise<Answer> {
    return ask(this.port, path, options);
  }

  /** A request with a body; an object is sent as JSON. */
  send(method: string, path: string, body: string | Buffer | object = "", options: AskOptions = {}): Promise<Answer> {
    const isText = typeof body === "string" || Buffer.isBuffer(body);
    const headers = { ...(!isText && { "content-type": "application/json" }), ...options.headers };
    return ask(this.port, path, { ...options, method, headers, body: isText ? body : JSON.stringify(body) });
  }

  /** Asks the internal server. */
  internal(path: string): Promise<Answer> {
    return ask(this.internalPort, path);
  }

  probe(): Promise<Answer> {
    return this.internal("/probe");
  }

  private take(line: LogLine): void {
    this.lines.push(line);
    for (const waiter of this.waiters) {
      if (waiter.matches(line)) {
        this.waiters.delete(waiter);
        waiter.resolve(line);
      }
    }
  }
}

export interface AskOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  agent?: Agent;
}

/** One request; a path is sent as it is. */
export function ask(port: number, path: string, options: AskOptions = {}): Promise<Answer> {
  const { method = "GET", headers = {}, body, agent = false } = options;
  const asked = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers, agent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      response.on("error", reject);
      response.on("end", () => {
        const isJson = /json/.test(response.headers["content-type"] ?? "") && text !== "";
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: isJson ? JSON.parse(text) : text,
          tookMs: performance.now() - asked,
        });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Asks again every 50 ms until the answer is as wanted; the test's own time-out is the limit. */
export async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) {
      return answer;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Kills what still runs. For `afterEach`. */
export async function stopAll(): Promise<void> {
  for (const replica of replicas) {
    replica.kill("SIGKILL");
    await replica.exited;
  }
  replicas.clear();
}

/** Removes the bundles. For `afterAll`. */
export function removeBundles(): void {
  rmSync(folder, { recursive: true, force: true });
}
