import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { Identity, labelList, labelsOf, networksOf } from "../identity";

export interface NetworkArgs {
  readonly identity: Identity;
}

/**
 * The stack's two networks: `edge`, where the load balancer reaches the replicas, and `internal`, which has no way out
 * and where Redis lives.
 */
export class Network extends pulumi.ComponentResource {
  /** Docker name of the edge network. */
  readonly edge: string;
  /** Docker name of the internal network. */
  readonly internal: string;
  /** Names for people: the edge network's, once it exists. */
  readonly networkName: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:infra:Network", name, {}, opts);
    ({ edge: this.edge, internal: this.internal } = networksOf(args.identity));
    const labels = labelList(labelsOf(args.identity, "network"));
    const edge = new docker.Network(`${name}-edge`, { name: this.edge, labels }, { parent: this });
    new docker.Network(`${name}-internal`, { name: this.internal, internal: true, labels }, { parent: this });
    this.networkName = edge.name;
    this.registerOutputs({ networkName: this.networkName });
  }
}
