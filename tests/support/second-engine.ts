import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { SetupError } from "../../setup/errors";
import { isProcessAlive } from "../../setup/process-alive";
import { eventually } from "./eventually";

const prefix = "evenkeel-engine-";

/** Who has a second engine, and the two subnets of 10.213.0.0/16 that are its own. */
const uses = { swarm: [77, 78], restarts: [79, 80] } as const;

export interface SecondEngineOptions {
  readonly use: keyof typeof uses;
  /** Whether containers go on while the daemon is away. @default false */
  readonly liveRestore?: boolean;
}

/**
 * A second engine: own network namespace, folders, socket and bridge, so that neither its state nor its packet filter rules touch
 * the first one. Who started it ends it; what was left by one that was killed goes at the next start.
 */
export class SecondEngine {
  private constructor(
    private readonly owner: number,
    private readonly options: SecondEngineOptions,
  ) {}

  /** @throws SetupError without root or one of the programs */
  static async start(options: SecondEngineOptions): Promise<SecondEngine> {
    await requirePrograms();
    await sweep();
    const engine = new SecondEngine(process.pid, options);
    try {
      await engine.connectNamespace();
      await engine.startContainerd();
      await engine.startDaemon();
      return engine;
    } catch (error) {
      await engine.remove();
      throw error;
    }
  }

  get socket(): string {
    return join(this.folder, "docker.sock");
  }

  /** The engine's address for the docker command. */
  get host(): string {
    return `unix://${this.socket}`;
  }

  /** Where a port that a container publishes is reached. */
  get publishedAt(): string {
    return `10.213.${this.subnets[0]}.2`;
  }

  async docker(...args: string[]): Promise<string> {
    return (await execa("docker", ["--host", this.host, ...args], { stdin: "ignore" })).stdout;
  }

  /** Copies images over from the first engine. */
  async take(images: readonly string[]): Promise<void> {
    const save = execa("docker", ["save", ...images], { buffer: false, stdin: "ignore" });
    const load = execa("docker", ["--host", this.host, "load"], { stdin: "pipe" });
    save.stdout!.pipe(load.stdin!);
    await Promise.all([save, load]);
  }

  /** Ends the engine and all that runs on it; nothing of it stays. */
  async remove(): Promise<void> {
    const left = await this.docker("ps", "--all", "--quiet").catch(() => "");
    if (left) await this.docker("rm", "--force", ...left.split("\n")).catch(() => undefined);
    await this.end("pid", "SIGTERM");
    await this.end("containerd.pid", "SIGTERM");
    await execa("ip", ["link", "del", this.link], { reject: false });
    await execa("ip", ["netns", "del", this.namespace], { reject: false });
    const { stdout } = await execa("findmnt", ["--list", "--noheadings", "--output", "TARGET"], { reject: false });
    for (const target of stdout
      .split("\n")
      .filter((line) => line.startsWith(`${this.folder}/`))
      .reverse()) {
      await execa("umount", ["--lazy", target], { reject: false });
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Ends the daemon, as an upgrade of it does (SIGTERM) or a crash (SIGKILL). */
  endDaemon(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    return this.end("pid", signal);
  }

  /** Stops the daemon where it is, as one that waits for its disk, and lets it go on after so many milliseconds. */
  async holdDaemon(ms: number): Promise<void> {
    const pid = Number(await readFile(join(this.folder, "pid"), "utf8"));
    process.kill(pid, "SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, ms));
    process.kill(pid, "SIGCONT");
  }

  private async end(pidFile: string, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const pid = Number(await readFile(join(this.folder, pidFile), "utf8").catch(() => "0"));
    if (pid === 0 || !isProcessAlive(pid)) return;
    process.kill(pid, signal);
    await eventually("the second engine ends", async () => !isProcessAlive(pid), 60);
  }

  private get subnets() {
    return uses[this.options.use];
  }

  private get folder(): string {
    return join(tmpdir(), this.namespace);
  }

  private get namespace(): string {
    return `${prefix}${this.options.use}-${this.owner}`;
  }

  /** An interface's name has 15 letters at most. */
  private get link(): string {
    return `ek${this.subnets[0]}n${this.owner}`;
  }

  private async connectNamespace(): Promise<void> {
    const { namespace, link } = this;
    const ip = (...args: string[]) => execa("ip", args);
    await ip("netns", "add", namespace);
    await ip("-n", namespace, "link", "set", "lo", "up");
    await ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace);
    await ip("addr", "add", `10.213.${this.subnets[0]}.1/30`, "dev", link);
    await ip("link", "set", link, "up");
    await ip("-n", namespace, "addr", "add", `${this.publishedAt}/30`, "dev", "eth0");
    await ip("-n", namespace, "link", "set", "eth0", "up");
  }

  /** By itself, as a distribution's service is: it outlives the daemon. */
  private async startContainerd(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const path = (name: string) => join(this.folder, name);
    const config = path("containerd.toml");
    await writeFile(config, 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n');
    const log = await open(path("containerd.log"), "a");
    const folders = ["--root", path("containerd"), "--state", path("containerd-state")];
    const child = spawn("containerd", ["--config", config, ...folders, "--address", this.containerdSocket], {
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    child.unref();
    await log.close();
    await writeFile(path("containerd.pid"), String(child.pid));
    await eventually("containerd answers", async () => existsSync(this.containerdSocket), 30);
  }

  private get containerdSocket(): string {
    return join(this.folder, "containerd.sock");
  }

  /** Starts the daemon, again where it ended. */
  async startDaemon(): Promise<void> {
    const log = await open(join(this.folder, "log"), "a");
    const paths = { "data-root": "data", "exec-root": "exec", pidfile: "pid" };
    const options = Object.entries(paths).flatMap(([option, path]) => [`--${option}`, join(this.folder, path)]);
    options.push("--containerd", this.containerdSocket);
    if (this.options.liveRestore) options.push("--live-restore");
    // nsenter, not `ip netns exec`: that hides the control groups' mounts. A process group of its own: Ctrl-C is for its owner, which
    // removes the containers first.
    const enter = [`--net=/run/netns/${this.namespace}`, "unshare", "--uts", "dockerd"];
    spawn("nsenter", [...enter, "--host", this.host, "--bip", `10.213.${this.subnets[1]}.1/24`, ...options], {
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    }).unref();
    await log.close();
    await eventually("the second engine answers", async () => (await this.docker("info")) !== "", 60);
  }

  /** One that another process left. */
  static left(owner: number, use: keyof typeof uses): SecondEngine {
    return new SecondEngine(owner, { use });
  }
}

/** Ends engines whose owner was killed. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, use, owner] = new RegExp(`^${prefix}([a-z]+)-(\\d+)$`).exec(name) ?? [];
    if (use === undefined || !Object.hasOwn(uses, use) || isProcessAlive(Number(owner))) continue;
    await SecondEngine.left(Number(owner), use as keyof typeof uses).remove();
  }
}

async function requirePrograms(): Promise<void> {
  const missing: string[] = [];
  for (const program of ["containerd", "dockerd", "nsenter", "unshare", "ip", "findmnt"]) {
    const { exitCode } = await execa("which", [program], { reject: false });
    if (exitCode !== 0) missing.push(program);
  }
  if (process.getuid?.() === 0 && missing.length === 0) return;
  throw new SetupError({
    action: "start a second engine",
    got: missing.length > 0 ? `a machine without ${missing.join(", ")}` : "a user without root's rights",
    needed: "Linux, root, dockerd, iproute2 and util-linux",
    mend: "run it as root on such a machine; a bench can do without: npm run bench:scale -- --only evenkeel,compose",
  });
}
