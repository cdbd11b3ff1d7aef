import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { baseImages } from "../base-images";
import { bundle } from "../bundle";
import { Settings } from "../config";
import { Identity } from "../identity";
import { BuiltImage } from "../image";
import { revisionOf } from "../revision";
import { routingLabels } from "../routing";
import { Network } from "./network";
import { Redis } from "./redis";
import { ReplicatedService } from "./replicated-service";

export interface AppArgs {
  readonly identity: Identity;
  readonly network: Network;
  readonly redis: Redis;
  readonly settings: Settings;
}

/** Port on which a replica takes requests. */
const port = 3000;

/** 64 letters and digits: more than the 256 bits its HMAC has. */
const sessionSecret = { length: 64, special: false } as const;

/** The web process as N replicas behind the load balancer. */
export class App extends pulumi.ComponentResource {
  readonly revision: string;

  constructor(name: string, args: AppArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:infra:App", name, {}, opts);
    const { identity, network, redis, settings } = args;
    const image = new BuiltImage(
      `${name}-image`,
      {
        identity,
        service: "app",
        from: baseImages.node,
        files: { "main.js": bundle("app") },
        command: ["node", "/main.js"],
      },
      { parent: this },
    );
    const secret = new random.RandomPassword(`${name}-session-secret`, sessionSecret, { parent: this });
    const replicas = new ReplicatedService(
      name,
      {
        identity,
        service: "app",
        replicas: settings.replicas,
        image,
        network,
        limits: settings.app,
        environment: {
          PORT: String(port),
          LOG_LEVEL: settings.logLevel,
          SESSION_TTL_SECONDS: String(settings.app.sessionTtlSeconds),
          DEMO_ENDPOINTS: String(settings.app.demoEndpoints),
          // Of the worker's settings these two are written into each job by who puts it in.
          JOB_ATTEMPTS: String(settings.worker.attempts),
          JOB_BACKOFF_SECONDS: String(settings.worker.backoffSeconds),
        },
        secretEnvironment: {
          REDIS_URL: { value: redis.url("app"), revision: redis.credentialsRevision },
          // One for all replicas: a session begun on one goes on on any other.
          SESSION_SECRET: { value: pulumi.secret(secret.result), revision: revisionOf({ sessionSecret }) },
        },
        labels: routingLabels({
          service: "app",
          port,
          network: network.edge,
          strategy: settings.strategy,
          sticky: settings.sticky,
        }),
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
