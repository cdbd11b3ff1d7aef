import * as pulumi from "@pulumi/pulumi";

import { baseImages } from "../base-images";
import { bundle } from "../bundle";
import { Settings } from "../config";
import { Identity } from "../identity";
import { BuiltImage } from "../image";
import { Network } from "./network";
import { Redis } from "./redis";
import { ReplicatedService } from "./replicated-service";

export interface WorkerArgs {
  readonly identity: Identity;
  readonly network: Network;
  readonly redis: Redis;
  readonly settings: Settings;
}

/** The job process as N replicas; it scales apart from the app and takes no requests. */
export class Worker extends pulumi.ComponentResource {
  readonly revision: string;

  constructor(name: string, args: WorkerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:infra:Worker", name, {}, opts);
    const { identity, network, redis, settings } = args;
    const image = new BuiltImage(
      `${name}-image`,
      {
        identity,
        service: "worker",
        from: baseImages.node,
        files: { "main.js": bundle("worker") },
        command: ["node", "/main.js"],
      },
      { parent: this },
    );
    const replicas = new ReplicatedService(
      name,
      {
        identity,
        service: "worker",
        replicas: settings.workerReplicas,
        image,
        network,
        limits: settings.worker,
        environment: {
          LOG_LEVEL: settings.logLevel,
          WORKER_CONCURRENCY: String(settings.worker.concurrency),
          JOB_TIMEOUT_SECONDS: String(settings.worker.jobTimeoutSeconds),
          JOB_RETENTION_HOURS: String(settings.worker.retentionHours),
          WORKER_TAKEOVER_SECONDS: String(settings.worker.takeoverSeconds),
        },
        secretEnvironment: { REDIS_URL: { value: redis.url("worker"), revision: redis.credentialsRevision } },
        after: [redis],
        drainSeconds: settings.drainSeconds,
        stopGraceSeconds: settings.stopGraceSeconds,
      },
      { parent: this },
    );
    this.revision = replicas.revision;
    this.registerOutputs({ revision: this.revision });
  }
}
