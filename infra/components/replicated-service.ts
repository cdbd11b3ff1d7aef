import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { replaceFailedCreate } from "../failed-create";
import { Pace } from "../gate/pace";
import { GatePolicy, GateRequest } from "../gate/request";
import { dockerName, Identity, labelList, labelsOf } from "../identity";
import { ReplicaSpec, replicaEnvironment, replicaRevision, replicaShape } from "../replica-spec";
import { Network } from "./network";

/** Replicas that are alike. */
export interface Generation {
  readonly spec: ReplicaSpec;
  /** Which of the service's replicas: 1 is the first. */
  readonly indexes: readonly number[];
}

export interface ReplicatedServiceArgs {
  readonly identity: Identity;
  /** Name of the service: `app`, `worker`. */
  readonly service: string;
  readonly network: Network;
  /** The replicas to have. */
  readonly current: Generation;
  /** Replicas of the revision before that a roll in batches has not come to yet. @default none */
  readonly leaving?: Generation;
  /** Values of the variables that `ReplicaSpec.secrets` names. */
  readonly secrets: Readonly<Record<string, pulumi.Output<string>>>;
  /** What has to be there before a replica can become ready; components do not hand `dependsOn` down by themselves. */
  readonly after: pulumi.Resource[];
  /** Settles when the replicas are good, and ends the update when they are not. @default every replica is good */
  readonly gate?: (request: GateRequest) => Promise<void>;
  /** Says when a new replica may start. @default all at once */
  readonly pace?: Pace;
  readonly policy: GatePolicy;
}

/**
 * N replicas of one image. A replica's name holds its revision and index, so a change of N adds and removes replicas
 * and touches no other, and a change of anything else makes a new set: created, healthy and proven before the old one
 * leaves, and not a replica of the old one leaves when the new one fails (docs/design.md, "Revision", "The gate").
 */
export class ReplicatedService extends pulumi.ComponentResource {
  /** Short hash of all that makes a replica of this service different from one of another revision. */
  readonly revision: string;
  /** There once the gate has let the replicas pass. Who declares something as done waits for it. */
  readonly good: pulumi.Output<void>;

  constructor(name: string, args: ReplicatedServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:infra:ReplicatedService", name, {}, opts);
    const { service, current, leaving, policy, identity } = args;
    this.revision = replicaRevision(current.spec);
    const replicaNames = current.indexes.map((index) => dockerName(identity, service, this.revision, index));
    // In a preview nothing is there yet that could be good or bad, or that could start.
    const { gate, pace } = pulumi.runtime.isDryRun() ? {} : args;
    const wanted = current.indexes.length + (leaving?.indexes.length ?? 0);
    const judge = async (names: readonly string[]) =>
      gate?.({ service, revision: this.revision, replicas: names, wanted, policy });
    const { readyTimeoutSeconds } = policy;
    const turns = pace?.({ service, replicas: replicaNames, readyTimeoutSeconds, judge });
    const replicas = this.createGeneration(name, current, args, turns);
    if (leaving) this.createGeneration(name, leaving, args);
    this.good = gate
      ? pulumi.all(replicas.map(({ id }) => id)).apply(() => judge(replicaNames))
      : pulumi.output(undefined);
    this.registerOutputs({ revision: this.revision });
  }

  private createGeneration(
    name: string,
    { spec, indexes }: Generation,
    args: ReplicatedServiceArgs,
    turns?: readonly Promise<void>[],
  ) {
    const { identity, service, network, secrets } = args;
    const revision = replicaRevision(spec);
    const afterTurn = async (position: number): Promise<pulumi.Resource[]> => {
      await turns?.[position];
      return [network, ...args.after];
    };
    return indexes.map((index, position) => {
      const instance = `${service}-${revision}-${index}`;
      return new docker.Container(
        `${name}-${revision}-${index}`,
        {
          ...replicaShape(spec),
          name: dockerName(identity, instance),
          envs: environmentLines({ ...replicaEnvironment(spec), REVISION: revision, INSTANCE: instance }, secrets),
          labels: labelList({ ...spec.labels, ...labelsOf(identity, service, revision) }),
        },
        { parent: this, dependsOn: afterTurn(position), ...replaceFailedCreate },
      );
    });
  }
}

function environmentLines(
  plain: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, pulumi.Output<string>>>,
): pulumi.Output<string[]> {
  const lineOf = ([key, value]: [string, string]) => `${key}=${value}`;
  return pulumi
    .all(Object.values(secrets))
    .apply((values) => Object.keys(secrets).map((key, index): [string, string] => [key, values[index]!]))
    .apply((entries) => [...Object.entries(plain), ...entries].map(lineOf).sort());
}
