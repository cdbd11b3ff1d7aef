import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { baseline } from "../baseline";
import { replaceFailedCreate } from "../failed-create";
import { Limits } from "../config";
import { dockerName, Identity, labelList, labelsOf } from "../identity";
import { BuiltImage } from "../image";
import { revisionOf } from "../revision";
import { Network } from "./network";

/** An environment variable whose value is a secret, and what stands in for that value in the revision. */
export interface SecretVariable {
  readonly value: pulumi.Output<string>;
  /** Changes when the secret does; tells nothing of it. */
  readonly revision: string;
}

export interface ReplicatedServiceArgs {
  readonly identity: Identity;
  /** Name of the service: `app`, `worker`. */
  readonly service: string;
  /** How many replicas. */
  readonly replicas: number;
  readonly image: BuiltImage;
  readonly network: Network;
  readonly limits: Limits;
  readonly environment: Readonly<Record<string, string>>;
  readonly secretEnvironment: Readonly<Record<string, SecretVariable>>;
  /** Labels beyond the stack's own, for example the load balancer's. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** What has to be there before a replica can become ready; components do not hand `dependsOn` down by themselves. */
  readonly after: pulumi.Resource[];
  /** How long a leaving replica goes on serving. In seconds. */
  readonly drainSeconds: number;
  /** How long a stopping replica has before it is killed. In seconds, more than `drainSeconds`. */
  readonly stopGraceSeconds: number;
}

/** Where a process answers its health check, inside its container. */
const internalPort = 9090;

/** The user every replica runs as; it exists in no image and owns nothing. */
const user = "10001:10001";

/** How long a new replica may take to become healthy before the update fails, in seconds. */
const readyTimeoutSeconds = 60;

/**
 * N replicas of one image. A replica's name holds its revision and index, so a change of N adds and removes replicas
 * and touches no other, and a change of anything else makes a new set: created and healthy before the old one leaves,
 * and not a replica of the old one leaves when the new one fails (docs/design.md, "Revision").
 */
export class ReplicatedService extends pulumi.ComponentResource {
  /** Short hash of all that makes a replica of this service different from one of another revision. */
  readonly revision: string;

  constructor(name: string, args: ReplicatedServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:infra:ReplicatedService", name, {}, opts);
    const shape = shapeOf(args);
    this.revision = revisionOf({
      shape: shape,
      environment: environmentBase(args),
      secrets: Object.fromEntries(Object.entries(args.secretEnvironment).map(([key, item]) => [key, item.revision])),
      labels: args.labels,
    });
    for (let index = 1; index <= args.replicas; index++) this.createReplica(name, index, shape, args);
    this.registerOutputs({ revision: this.revision });
  }

  private createReplica(name: string, index: number, shape: Shape, args: ReplicatedServiceArgs): void {
    const { identity, service } = args;
    const instance = `${service}-${this.revision}-${index}`;
    new docker.Container(
      `${name}-${this.revision}-${index}`,
      {
        ...shape,
        name: dockerName(identity, instance),
        envs: environmentOf(
          { ...environmentBase(args), REVISION: this.revision, INSTANCE: instance },
          args.secretEnvironment,
        ),
        labels: labelList({ ...args.labels, ...labelsOf(identity, service, this.revision) }),
      },
      { parent: this, dependsOn: [args.network, args.image, ...args.after], ...replaceFailedCreate },
    );
  }
}

type Shape = ReturnType<typeof shapeOf>;

/** All of a replica but its name, environment and labels. */
function shapeOf({ image, network, limits, stopGraceSeconds }: ReplicatedServiceArgs) {
  return {
    image: image.imageName,
    user,
    ...baseline(limits),
    networksAdvanced: [{ name: network.edge }, { name: network.internal }],
    healthcheck: {
      // The process answers at once when its answer changes and holds it for 20 s otherwise: one exec in 21 s, and the
      // load balancer still knows within a second that a replica is ready, and within milliseconds that it leaves.
      // No time-out of wget's own: Debian's build of it crashes on `-T`, and the engine ends a probe that takes longer.
      tests: ["CMD", "busybox", "wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${internalPort}/probe`],
      interval: "1s",
      timeout: "25s",
      retries: 1,
      // As the engine writes it: "60s" would be a difference in every preview after a refresh.
      startPeriod: "1m0s",
    },
    // Delete reads this from the state of the last update, so it is there from the first one on. Unset, it kills.
    destroyGraceSeconds: stopGraceSeconds,
    stopTimeout: stopGraceSeconds,
    wait: true,
    waitTimeout: readyTimeoutSeconds,
  };
}

/** The plain variables every replica of the service has. */
function environmentBase({ environment, drainSeconds, stopGraceSeconds }: ReplicatedServiceArgs) {
  return {
    ...environment,
    INTERNAL_PORT: String(internalPort),
    DRAIN_SECONDS: String(drainSeconds),
    STOP_GRACE_SECONDS: String(stopGraceSeconds),
  };
}

function environmentOf(
  plain: Readonly<Record<string, string>>,
  secret: Readonly<Record<string, SecretVariable>>,
): pulumi.Output<string[]> {
  const secrets = Object.entries(secret).map(([key, { value }]) => value.apply((text) => `${key}=${text}`));
  return pulumi
    .all(secrets)
    .apply((lines) => [...Object.entries(plain).map(([key, value]) => `${key}=${value}`), ...lines].sort());
}
