import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { baseline } from "../baseline";
import { Settings } from "../config";
import { replaceFailedCreate } from "../failed-create";
import { dockerName, Identity, labelList, labelsOf, networksOf } from "../identity";
import { BuiltImage, imageName } from "../image";
import { processImage } from "../process-image";
import { heldProbe, internalPort } from "../replica-spec";
import { revisionOf } from "../revision";
import { timing } from "../timing";
import { DockerSocket } from "./docker-socket";
import { Network } from "./network";

export interface HealerArgs {
  readonly identity: Identity;
  readonly network: Network;
  /** Has to allow restarts. */
  readonly dockerSocket: DockerSocket;
  readonly settings: Pick<Settings, "healAfterSeconds" | "logLevel">;
}

const limits = { cpus: 0.25, memoryMiB: 96 };

/** A restart under way is waited for; nothing else takes time. In seconds. */
const stopGraceSeconds = 10;

/**
 * Restarts replicas that no longer answer: hung, paused, cut off. The engine's restart policy sees only processes that end.
 *
 * One container with a fixed name, not one a revision: two healers at once would restart a replica twice, and the seconds
 * without one while it is replaced harm nobody.
 */
export class Healer extends pulumi.ComponentResource {
  constructor(name: string, args: HealerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:infra:Healer", name, {}, opts);
    const { identity, network, dockerSocket, settings } = args;
    const service = "healer" as const;
    // A young heap of 1 MiB is collected often and stays small: the process allocates little, and for ever.
    const content = processImage(identity, service, ["--max-semi-space-size=1"]);
    const image = new BuiltImage(`${name}-image`, { identity, service, content }, { parent: this });
    const environment = {
      ENGINE_SOCKET: "/run/evenkeel/docker.sock",
      EDGE_NETWORK: networksOf(identity).edge,
      REPLICA_PORT: String(internalPort),
      HEAL_AFTER_SECONDS: String(settings.healAfterSeconds),
      LOG_LEVEL: settings.logLevel,
      INSTANCE: service,
      INTERNAL_PORT: String(internalPort),
      DRAIN_SECONDS: "0",
      STOP_GRACE_SECONDS: String(stopGraceSeconds),
    };
    const shape = {
      image: imageName(identity, service, content.hash),
      user: "10001:10001",
      ...baseline(limits),
      healthcheck: { ...heldProbe, startPeriod: "1m0s" },
      destroyGraceSeconds: stopGraceSeconds,
      stopTimeout: stopGraceSeconds,
      wait: true,
      waitTimeout: timing.readyTimeout,
    };
    const revision = revisionOf({ shape: shape, environment });
    new docker.Container(
      name,
      {
        ...shape,
        name: dockerName(identity, service),
        envs: Object.entries({ ...environment, REVISION: revision })
          .map(([key, value]) => `${key}=${value}`)
          .sort(),
        mounts: [{ type: "volume", source: dockerSocket.restartsVolumeName!, target: "/run/evenkeel" }],
        networksAdvanced: [{ name: networksOf(identity).edge }],
        labels: labelList(labelsOf(identity, service, revision)),
      },
      { parent: this, dependsOn: [network, dockerSocket, image], ...replaceFailedCreate },
    );
    this.registerOutputs({});
  }
}
