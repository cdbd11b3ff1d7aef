import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { baseImages } from "../base-images";
import { baseline } from "../baseline";
import { socketConfiguration, watchScript } from "../docker-socket";
import { replaceFailedCreate } from "../failed-create";
import { dockerName, Identity, labelList, labelsOf } from "../identity";
import { BuiltImage, imageContent, imageName } from "../image";
import { revisionOf } from "../revision";

export interface DockerSocketArgs {
  readonly identity: Identity;
  /** Path of the engine's socket on the engine's host. @default /var/run/docker.sock */
  readonly socketPath?: string;
  /** Whether there is a second way in, for the healer, that can restart this stack's replicas. */
  readonly restarts: boolean;
}

const limits = { cpus: 0.25, memoryMiB: 64 };

/**
 * A read-only, GET-only view of the engine for the load balancer, and the only container that mounts the engine's
 * socket. It has no network: its clients come through a socket on a volume, so no replica can ask it anything.
 * The healer's way in is another socket on another volume, so that each of the two clients can do what it must, no more.
 *
 * It runs as root, without any capability, because the group that owns the engine's socket differs from host to host.
 */
export class DockerSocket extends pulumi.ComponentResource {
  /** Docker name of the volume that holds the view's socket, `docker.sock`. */
  readonly volumeName: pulumi.Output<string>;
  /** Docker name of the volume with the healer's socket, `docker.sock`; undefined when nobody may restart replicas. */
  readonly restartsVolumeName?: pulumi.Output<string>;

  constructor(name: string, args: DockerSocketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:infra:DockerSocket", name, {}, opts);
    const { identity, restarts, socketPath = "/var/run/docker.sock" } = args;
    const service = "docker-socket";
    const configuration = socketConfiguration(identity, restarts);
    const content = imageContent({
      identity,
      service,
      from: baseImages.haproxy,
      files: { "haproxy.cfg": configuration, "watch.sh": watchScript() },
      sources: { "haproxy.cfg": revisionOf(configuration), "watch.sh": revisionOf(watchScript()) },
      command: ["busybox", "sh", "/watch.sh"],
    });
    const image = new BuiltImage(`${name}-image`, { identity, service, content }, { parent: this });
    const volumeOf = (suffix: string, dockerSuffix: string[]) =>
      new docker.Volume(
        `${name}-${suffix}`,
        { name: dockerName(identity, service, ...dockerSuffix), labels: labelList(labelsOf(identity, service)) },
        { parent: this },
      );
    const volume = volumeOf("volume", []);
    const restartsVolume = restarts ? volumeOf("restarts", ["restarts"]) : undefined;
    const shape = {
      image: imageName(identity, service, content.hash),
      user: "0:0",
      networkMode: "none",
      ...baseline(limits),
      healthcheck: {
        tests: ["CMD", "busybox", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8404/healthz"],
        interval: "5s",
        timeout: "3s",
        retries: 3,
      },
      // As process 1 HAProxy waits for its clients to go on SIGTERM; under an init it ends at once, and they connect again.
      init: true,
      destroyGraceSeconds: 5,
    };
    new docker.Container(
      name,
      {
        ...shape,
        name: dockerName(identity, service),
        mounts: [
          { type: "bind", source: socketPath, target: "/var/run/docker.sock", readOnly: true },
          { type: "volume", source: volume.name, target: "/run/evenkeel" },
          ...(restartsVolume
            ? [{ type: "volume", source: restartsVolume.name, target: "/run/evenkeel-restarts" }]
            : []),
        ],
        labels: labelList(labelsOf(identity, service, revisionOf({ shape: shape, socketPath, restarts }))),
      },
      { parent: this, dependsOn: [image], ...replaceFailedCreate },
    );
    this.volumeName = volume.name;
    this.restartsVolumeName = restartsVolume?.name;
    this.registerOutputs({});
  }
}
