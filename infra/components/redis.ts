import { createHash } from "node:crypto";

import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { baseImages } from "../base-images";
import { baseline } from "../baseline";
import { replaceFailedCreate } from "../failed-create";
import { dockerName, Identity, labelList, labelsOf } from "../identity";
import { defaultUser, redisAcl, RedisRole } from "../redis-acl";
import { credentialsRevision, redisPassword } from "../redis-credentials";
import { revisionOf } from "../revision";
import { Network } from "./network";

export interface RedisArgs {
  readonly identity: Identity;
  readonly network: Network;
}

const limits = { cpus: 1, memoryMiB: 256 };

/** Below the container's limit, so that a full Redis refuses writes (noeviction) and is not killed. */
const maxMemoryMiB = 160;

const shape = {
  image: baseImages.redis,
  user: "999:999",
  ...baseline(limits),
  healthcheck: {
    tests: ["CMD", "redis-cli", "-e", "--no-auth-warning", "--user", "probe", "--pass", "none", "ping"],
    interval: "2s",
    timeout: "3s",
    retries: 5,
    startPeriod: "30s",
  },
  destroyGraceSeconds: 20,
  wait: true,
  waitTimeout: 60,
};

const settings = [
  ...["--dir", "/data", "--appendonly", "yes", "--appendfsync", "everysec"],
  // No snapshots beside the append-only file: `--save` with nothing after it (an empty argument the provider refuses).
  "--save",
  ...["--maxmemory", `${maxMemoryMiB}mb`, "--maxmemory-policy", "noeviction"],
  ...["--user", "default", ...defaultUser],
  // The health check's user needs no password: it can ping, and nothing else.
  ...["--user", "probe", "on", "nopass", "resetchannels", "-@all", "+ping"],
];

/** Short hash of all that makes this Redis another one. */
export function redisRevision(): string {
  return revisionOf({ shape: shape, settings, credentials: credentialsRevision() });
}

/**
 * Redis with an append-only file on a volume: sessions, counters, key/value and the job queue survive its restarts.
 * It publishes no port. Every role has a random password and its own ACL user; the server is told the passwords' SHA-256 only.
 */
export class Redis extends pulumi.ComponentResource {
  private readonly passwords: Record<RedisRole, random.RandomPassword>;

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("evenkeel:infra:Redis", name, {}, opts);
    this.passwords = {
      app: new random.RandomPassword(`${name}-password-app`, redisPassword, { parent: this }),
      worker: new random.RandomPassword(`${name}-password-worker`, redisPassword, { parent: this }),
    };
    const volume = new docker.Volume(
      `${name}-data`,
      { name: dockerName(args.identity, "redis"), labels: labelList(labelsOf(args.identity, "redis")) },
      { parent: this },
    );
    this.createContainer(name, args, volume);
    this.registerOutputs({});
  }

  /** The URL by which a role reaches Redis, a secret. */
  url(role: RedisRole): pulumi.Output<string> {
    return pulumi.secret(pulumi.interpolate`redis://${role}:${this.passwords[role].result}@redis:6379`);
  }

  private createContainer(name: string, { identity, network }: RedisArgs, volume: docker.Volume): void {
    const user = (role: RedisRole) => ["--user", role, "on", this.passwordHash(role), ...redisAcl[role]];
    new docker.Container(
      name,
      {
        ...shape,
        name: dockerName(identity, "redis"),
        command: pulumi
          .all([user("app"), user("worker")].map((part) => pulumi.all(part)))
          .apply((users) => ["redis-server", ...settings, ...users.flat()]),
        mounts: [{ type: "volume", source: volume.name, target: "/data" }],
        networksAdvanced: [{ name: network.internal, aliases: ["redis"] }],
        labels: labelList(labelsOf(identity, "redis", redisRevision())),
      },
      { parent: this, dependsOn: [network], ...replaceFailedCreate },
    );
  }

  /** A password in the form an ACL rule takes without telling it: `#` and its SHA-256 in hex. */
  private passwordHash(role: RedisRole): pulumi.Output<string> {
    return this.passwords[role].result.apply((text) => `#${createHash("sha256").update(text).digest("hex")}`);
  }
}
