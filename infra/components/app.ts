import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { appSpec, sessionSecret } from "../app-spec";
import { Pace } from "../gate/pace";
import { GatePolicy, GateRequest } from "../gate/request";
import { Identity } from "../identity";
import { BuiltImage } from "../image";
import { ReleaseReplicas, ServicePlan } from "../replica-plan";
import { Network } from "./network";
import { Redis } from "./redis";
import { ReplicatedService } from "./replicated-service";

export interface ProcessArgs extends ServicePlan {
  readonly identity: Identity;
  readonly network: Network;
  readonly redis: Redis;
  /** @default every replica is good */
  readonly gate?: (request: GateRequest) => Promise<void>;
  /** @default all replicas start at once */
  readonly pace?: Pace;
  readonly policy: GatePolicy;
}

/** The web process as N replicas behind the load balancer. */
export class App extends pulumi.ComponentResource {
  readonly revision: string;
  /** There once the gate has let the replicas pass. */
  readonly good: pulumi.Output<void>;

  constructor(name: string, args: ProcessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:infra:App", name, {}, opts);
    const { identity, network, redis, current, leaving, gate, pace, policy } = args;
    const image = new BuiltImage(`${name}-image`, { ...args, service: "app" }, { parent: this });
    const secret = new random.RandomPassword(`${name}-session-secret`, sessionSecret, { parent: this });
    const generation = ({ release, indexes }: ReleaseReplicas) => ({ spec: appSpec(identity, release), indexes });
    const replicas = new ReplicatedService(
      name,
      {
        ...{ identity, service: "app", network, gate, pace, policy },
        current: generation(current),
        leaving: leaving && generation(leaving),
        // One session secret for all replicas: a session begun on one goes on on any other.
        secrets: { REDIS_URL: redis.url("app"), SESSION_SECRET: pulumi.secret(secret.result) },
        after: [redis, image],
      },
      { parent: this },
    );
    this.revision = replicas.revision;
    this.good = replicas.good;
    this.registerOutputs({ revision: this.revision });
  }
}
