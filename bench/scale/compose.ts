import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { freePort } from "../../setup/free-port";
import { composeCommand } from "../peers/compose";
import type { Contender, Wanted } from "./contender";
import { ServiceEngine } from "./service-engine";
import { peerRoutingLabels, redisService, ReplicaTemplate, traefikService, webPort } from "./template";

/** Docker Compose: `docker compose up --detach --wait --scale app=N`. */
export class Compose implements Contender {
  readonly name = "compose";
  readonly service: ServiceEngine;
  private replicas = 0;

  private constructor(
    private readonly template: ReplicaTemplate,
    private readonly folder: string,
    private readonly command: readonly string[],
    private readonly port: number,
    readonly projectName: string,
  ) {
    this.service = new ServiceEngine({
      "com.docker.compose.project": projectName,
      "com.docker.compose.service": "app",
    });
  }

  /** @param user who runs it, part of its project's name */
  static async start(template: ReplicaTemplate, wanted: Wanted, user = "compose"): Promise<Compose> {
    const command = await composeCommand();
    const folder = await mkdtemp(join(tmpdir(), "evenkeel-bench-"));
    const compose = new Compose(template, folder, command, await freePort(), `evenkeel-bench-${process.pid}-${user}`);
    try {
      await compose.declare(wanted);
      await compose.apply();
      return compose;
    } catch (error) {
      await compose.remove();
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The network its load balancer reaches the app on. */
  get network(): string {
    return `${this.projectName}_default`;
  }

  async declare(wanted: Wanted): Promise<void> {
    this.replicas = wanted.replicas;
    const network = this.network;
    const app = this.template.service(wanted) as { labels: Record<string, string> };
    const services = {
      redis: redisService,
      traefik: {
        ...traefikService("/var/run/docker.sock", [
          "--providers.docker=true",
          "--providers.docker.exposedbydefault=false",
          `--providers.docker.network=${network}`,
          `--providers.docker.constraints=Label(\`com.docker.compose.project\`,\`${this.projectName}\`)`,
        ]),
        ports: [`127.0.0.1:${this.port}:${webPort}`],
      },
      app: {
        ...app,
        labels: { ...app.labels, ...peerRoutingLabels(network) },
        cpus: this.template.cpus,
        mem_limit: this.template.memoryBytes,
        memswap_limit: this.template.memoryBytes,
        // A replica of Evenkeel's is on two networks: to attach one costs time.
        networks: ["default", "internal"],
        depends_on: ["redis"],
      },
    };
    const file = { services, networks: { internal: { internal: true } } };
    // JSON is YAML. In Compose a dollar sign begins a variable; there is none in here.
    await writeFile(join(this.folder, "compose.yaml"), JSON.stringify(file));
  }

  async apply(): Promise<void> {
    await this.compose("up", "--detach", "--wait", "--scale", `app=${this.replicas}`);
  }

  async remove(): Promise<void> {
    await this.compose("down", "--timeout", "0", "--volumes").catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
  }

  private async compose(...args: string[]): Promise<void> {
    const [file, ...prefix] = this.command;
    await execa(file!, [...prefix, "--project-name", this.projectName, ...args], { cwd: this.folder, stdin: "ignore" });
  }
}
