import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { eventually } from "../../tests/support/eventually";
import { Loopback } from "../../tests/support/loopback";
import { SecondEngine } from "../../tests/support/second-engine";
import type { Contender, Wanted } from "./contender";
import { ServiceEngine } from "./service-engine";
import {
  peerRoutingLabels,
  redisService,
  ReplicaTemplate,
  sessionTtlSeconds,
  traefikService,
  webPort,
} from "./template";

const stack = "bench";

/** Docker Swarm: `service scale`, and `service update --update-order start-first` with all replicas at once. */
export class Swarm implements Contender {
  readonly name = "swarm";
  readonly service: ServiceEngine;
  private wanted: Wanted;
  private applied: Wanted;

  private constructor(
    private readonly engine: SecondEngine,
    private readonly loopback: Loopback,
    wanted: Wanted,
  ) {
    this.wanted = this.applied = wanted;
    this.service = new ServiceEngine({ "com.docker.swarm.service.name": `${stack}_app` }, engine.host);
  }

  static async start(template: ReplicaTemplate, wanted: Wanted): Promise<Swarm> {
    const engine = await SecondEngine.start({ use: "swarm" });
    const swarm = new Swarm(engine, await Loopback.to(engine.publishedAt, webPort), wanted);
    try {
      await engine.docker("swarm", "init", "--advertise-addr", engine.publishedAt);
      await engine.take([template.image, redisService.image, traefikService("", []).image]);
      await swarm.deploy(template);
      return swarm;
    } catch (error) {
      await swarm.remove();
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.loopback.port}`;
  }

  declare(wanted: Wanted): Promise<void> {
    this.wanted = wanted;
    return Promise.resolve();
  }

  async apply(): Promise<void> {
    const { replicas, revision } = this.wanted;
    const name = `${stack}_app`;
    if (revision === this.applied.revision) {
      await this.engine.docker("service", "scale", `${name}=${replicas}`);
    } else {
      const environment = [`REVISION=r${revision}`, `SESSION_TTL_SECONDS=${sessionTtlSeconds(revision)}`];
      const changes = environment.flatMap((line) => ["--env-add", line]);
      const order = ["--update-order", "start-first", "--update-parallelism", "0"];
      await this.engine.docker("service", "update", ...changes, ...order, name);
    }
    this.applied = this.wanted;
  }

  async remove(): Promise<void> {
    this.loopback.close();
    await this.engine.docker("swarm", "leave", "--force").catch(() => undefined);
    await this.engine.remove();
  }

  private async deploy(template: ReplicaTemplate): Promise<void> {
    const network = `${stack}_default`;
    const { replicas } = this.wanted;
    // This kernel's load balancing (IPVS) may be missing: names resolve to the tasks themselves.
    const endpoint = { endpoint_mode: "dnsrr" };
    const services = {
      redis: { ...redisService, deploy: endpoint },
      traefik: {
        ...traefikService(this.engine.socket, [
          "--providers.swarm=true",
          "--providers.swarm.exposedbydefault=false",
          "--providers.swarm.refreshseconds=1",
          `--providers.swarm.network=${network}`,
        ]),
        ports: [{ target: webPort, published: webPort, mode: "host" }],
        deploy: endpoint,
      },
      app: {
        ...template.service(this.wanted),
        networks: ["default", "internal"],
        deploy: {
          ...endpoint,
          replicas,
          labels: peerRoutingLabels(network),
          update_config: { order: "start-first", parallelism: 0 },
          resources: { limits: { cpus: String(template.cpus), memory: String(template.memoryBytes) } },
        },
      },
    };
    const networks = { internal: { driver: "overlay", internal: true } };
    const folder = await mkdtemp(join(tmpdir(), "evenkeel-bench-"));
    try {
      await writeFile(join(folder, "stack.yaml"), JSON.stringify({ version: "3.8", services, networks }));
      await this.engine.docker("stack", "deploy", "--compose-file", join(folder, "stack.yaml"), stack);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    await eventually(
      "Swarm's replicas are healthy",
      async () => (await this.service.count()).healthy === replicas,
      120,
    );
  }
}
