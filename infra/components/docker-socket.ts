import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { baseImages } from "../base-images";
import { baseline } from "../baseline";
import { replaceFailedCreate } from "../failed-create";
import { dockerName, Identity, labelList, labelsOf } from "../identity";
import { BuiltImage, imageContent, imageName } from "../image";
import { revisionOf } from "../revision";

export interface DockerSocketArgs {
  readonly identity: Identity;
  /** Path of the engine's socket on the engine's host. @default /var/run/docker.sock */
  readonly socketPath?: string;
}

const limits = { cpus: 0.25, memoryMiB: 64 };

/**
 * A read-only, GET-only view of the engine for the load balancer, and the only container that mounts the engine's
 * socket. It has no network: its clients come through a socket on a volume, so no replica can ask it anything.
 *
 * It runs as root, without any capability, because the group that owns the engine's socket differs from host to host.
 */
export class DockerSocket extends pulumi.ComponentResource {
  /** Docker name of the volume that holds the view's socket, `docker.sock`. */
  readonly volumeName: pulumi.Output<string>;

  constructor(name: string, args: DockerSocketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:infra:DockerSocket", name, {}, opts);
    const { identity, socketPath = "/var/run/docker.sock" } = args;
    const service = "docker-socket";
    const content = imageContent({
      identity,
      service,
      from: baseImages.haproxy,
      files: { "haproxy.cfg": readFileSync(join(__dirname, "..", "docker-socket", "haproxy.cfg"), "utf8") },
      command: ["haproxy", "-db", "-f", "/haproxy.cfg"],
    });
    const image = new BuiltImage(`${name}-image`, { identity, service, content }, { parent: this });
    const volume = new docker.Volume(
      `${name}-volume`,
      { name: dockerName(identity, service), labels: labelList(labelsOf(identity, service)) },
      { parent: this },
    );
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
        ],
        labels: labelList(labelsOf(identity, service, revisionOf({ shape: shape, socketPath }))),
      },
      { parent: this, dependsOn: [image], ...replaceFailedCreate },
    );
    this.volumeName = volume.name;
    this.registerOutputs({});
  }
}
