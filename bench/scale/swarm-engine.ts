import { spawn } from "node:child_process";
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { SetupError } from "../../setup/errors";
import { isProcessAlive } from "../../setup/process-alive";
import { eventually } from "../../tests/support/eventually";

const prefix = "evenkeel-bench-swarm-";

/** Where the engine is reached from outside its network namespace. */
const address = { outside: "10.213.77.1", inside: "10.213.77.2", bridge: "10.213.78.1/24" };

/**
 * A second engine for a Swarm of one node: own network namespace, folders, socket and bridge, so that neither its state nor its
 * packet filter rules touch the first one. It ends with the bench; what a killed bench left goes at the next start.
 */
export class SwarmEngine {
  private constructor(private readonly owner: number) {}

  /** @throws SetupError without root or one of the programs */
  static async start(): Promise<SwarmEngine> {
    await requirePrograms();
    await sweep();
    const engine = new SwarmEngine(process.pid);
    try {
      await engine.connectNamespace();
      await engine.startDaemon();
      await engine.docker("swarm", "init", "--advertise-addr", address.inside);
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
  readonly publishedAt = address.inside;

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
    await this.docker("swarm", "leave", "--force").catch(() => undefined);
    const left = await this.docker("ps", "--all", "--quiet").catch(() => "");
    if (left) await this.docker("rm", "--force", ...left.split("\n")).catch(() => undefined);
    const pid = Number(await readFile(join(this.folder, "pid"), "utf8").catch(() => "0"));
    if (pid > 0 && isProcessAlive(pid)) {
      process.kill(pid, "SIGTERM");
      await eventually("the second engine ends", async () => !isProcessAlive(pid), 60);
    }
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

  private get folder(): string {
    return join(tmpdir(), `${prefix}${this.owner}`);
  }

  private get namespace(): string {
    return `${prefix}${this.owner}`;
  }

  /** An interface's name has 15 letters at most. */
  private get link(): string {
    return `ekb${this.owner}`;
  }

  private async connectNamespace(): Promise<void> {
    const { namespace, link } = this;
    const ip = (...args: string[]) => execa("ip", args);
    await ip("netns", "add", namespace);
    await ip("-n", namespace, "link", "set", "lo", "up");
    await ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace);
    await ip("addr", "add", `${address.outside}/30`, "dev", link);
    await ip("link", "set", link, "up");
    await ip("-n", namespace, "addr", "add", `${address.inside}/30`, "dev", "eth0");
    await ip("-n", namespace, "link", "set", "eth0", "up");
  }

  private async startDaemon(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const log = await open(join(this.folder, "log"), "w");
    const paths = { "data-root": "data", "exec-root": "exec", pidfile: "pid" };
    const options = Object.entries(paths).flatMap(([option, path]) => [`--${option}`, join(this.folder, path)]);
    // nsenter, not `ip netns exec`: that hides the control groups' mounts. A process group of its own: Ctrl-C is for the bench, which
    // removes the services first.
    const enter = [`--net=/run/netns/${this.namespace}`, "unshare", "--uts", "dockerd"];
    spawn("nsenter", [...enter, "--host", this.host, "--bip", address.bridge, ...options], {
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    }).unref();
    await log.close();
    await eventually("the second engine answers", async () => (await this.docker("info")) !== "", 60);
  }

  /** For `sweep`. */
  static of(owner: number): SwarmEngine {
    return new SwarmEngine(owner);
  }
}

/** Ends engines whose bench was killed. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = Number(name.startsWith(prefix) ? name.slice(prefix.length) : NaN);
    if (Number.isInteger(owner) && !isProcessAlive(owner)) await SwarmEngine.of(owner).remove();
  }
}

async function requirePrograms(): Promise<void> {
  const missing: string[] = [];
  for (const program of ["dockerd", "nsenter", "unshare", "ip", "findmnt"]) {
    const { exitCode } = await execa("which", [program], { reject: false });
    if (exitCode !== 0) missing.push(program);
  }
  if (process.getuid?.() === 0 && missing.length === 0) return;
  throw new SetupError({
    action: "start a second engine for Swarm",
    got: missing.length > 0 ? `a machine without ${missing.join(", ")}` : "a user without root's rights",
    needed: "Linux, root, dockerd, iproute2 and util-linux",
    mend: "leave Swarm out: npm run bench:scale -- --only evenkeel,compose",
  });
}
