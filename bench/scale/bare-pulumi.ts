import { BarePulumi } from "../peers/bare-pulumi";
import { Compose } from "./compose";
import type { Contender, Wanted } from "./contender";
import { ServiceEngine } from "./service-engine";
import { peerLabels, peerRoutingLabels, ReplicaTemplate } from "./template";

/**
 * A Pulumi program of a few lines, behind a load balancer that Compose runs: what is left of Evenkeel's time when its own program, its
 * gate and its other resources are taken away, so the least that `pulumi up` can take on this machine. It waits for nothing, so a rollout fails requests.
 */
export class BareContender implements Contender {
  readonly name = "pulumi";
  readonly service: ServiceEngine;

  private constructor(
    private readonly template: ReplicaTemplate,
    private readonly surroundings: Compose,
    private readonly bare: BarePulumi,
  ) {
    this.service = new ServiceEngine({ "bench.app": surroundings.projectName });
  }

  static async start(template: ReplicaTemplate, wanted: Wanted): Promise<BareContender> {
    const bare = await BarePulumi.make();
    const surroundings = await Compose.start(template, { ...wanted, replicas: 0 }, "pulumi");
    const contender = new BareContender(template, surroundings, bare);
    try {
      await contender.declare(wanted);
      await contender.apply();
      return contender;
    } catch (error) {
      await contender.remove();
      throw error;
    }
  }

  get url(): string {
    return this.surroundings.url;
  }

  async declare(wanted: Wanted): Promise<void> {
    const { projectName, network } = this.surroundings;
    const labels = {
      ...peerLabels,
      ...{ "bench.app": projectName, "com.docker.compose.project": projectName },
      ...peerRoutingLabels(network),
    };
    const replica = {
      ...this.template.container(wanted),
      labels: Object.entries(labels).map(([label, value]) => ({ label, value })),
      networksAdvanced: [{ name: network }, { name: `${projectName}_internal` }],
    };
    const names = Array.from({ length: wanted.replicas }, (_, index) => `app-${wanted.revision}-${index + 1}`);
    await this.bare.declare(Object.fromEntries(names.map((name) => [name, replica])));
  }

  async apply(): Promise<void> {
    await this.bare.up();
  }

  async remove(): Promise<void> {
    await this.bare.remove();
    await this.surroundings.remove();
  }
}
