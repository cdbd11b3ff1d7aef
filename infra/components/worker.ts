import * as pulumi from "@pulumi/pulumi";

import { BuiltImage } from "../image";
import { ReleaseReplicas } from "../replica-plan";
import { workerSpec } from "../worker-spec";
import { ProcessArgs } from "./app";
import { ReplicatedService } from "./replicated-service";

/** The job process as N replicas; it scales apart from the app and takes no requests. */
export class Worker extends pulumi.ComponentResource {
  readonly revision: string;
  /** There once the gate has let the replicas pass. */
  readonly good: pulumi.Output<void>;

  constructor(name: string, args: ProcessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:infra:Worker", name, {}, opts);
    const { identity, network, redis, current, leaving, gate, pace, policy } = args;
    const image = new BuiltImage(`${name}-image`, { ...args, service: "worker" }, { parent: this });
    const generation = ({ release, indexes }: ReleaseReplicas) => ({ spec: workerSpec(identity, release), indexes });
    const replicas = new ReplicatedService(
      name,
      {
        ...{ identity, service: "worker", network, gate, pace, policy },
        current: generation(current),
        leaving: leaving && generation(leaving),
        secrets: { REDIS_URL: redis.url("worker") },
        after: [redis, image],
      },
      { parent: this },
    );
    this.revision = replicas.revision;
    this.good = replicas.good;
    this.registerOutputs({ revision: this.revision });
  }
}
