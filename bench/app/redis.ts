import { execa } from "execa";
import { Redis } from "ioredis";
import { redisAcl, type RedisRole } from "../../infra/redis-acl";
import { SetupError } from "../../setup/errors";
import { freePort } from "../../setup/free-port";
import versions from "../../versions.json";
import { cores } from "./process";

const LABEL = "evenkeel.bench=app";
const PASSWORD = "bench";
const image = `evenkeel/redis:${versions.redis}`;

/** A Redis with the stack's settings, on loopback, on the core that is not measured. */
export class BenchRedis {
  private constructor(
    private readonly container: string,
    private readonly port: number,
    readonly admin: Redis,
  ) {}

  /** @throws SetupError without the engine or the image */
  static async start(): Promise<BenchRedis> {
    const found = await execa("docker", ["image", "inspect", image], { reject: false });
    if (found.failed) {
      throw new SetupError({
        action: "start a Redis to measure with",
        got: found.stderr || "no docker command",
        needed: `a Docker engine with the image ${image}`,
        mend: "npm run setup, then run this again",
      });
    }
    const port = await freePort();
    const users = Object.entries(redisAcl).flatMap(([user, rules]) => ["--user", user, "on", `>${PASSWORD}`, ...rules]);
    const { stdout } = await execa("docker", [
      ...["run", "--detach", "--rm", "--label", LABEL, "--network", "host", "--user", "999:999"],
      ...["--cpuset-cpus", String(cores.rest), image, "redis-server", "--bind", "127.0.0.1", "--port", String(port)],
      ...["--dir", "/data", "--appendonly", "yes", "--appendfsync", "everysec", "--save", "", ...users],
    ]);
    const admin = new Redis({ port, host: "127.0.0.1", retryStrategy: () => 50, maxRetriesPerRequest: null });
    admin.on("error", () => undefined);
    await admin.ping();
    return new BenchRedis(stdout.trim(), port, admin);
  }

  url(role: RedisRole): string {
    return `redis://${role}:${PASSWORD}@127.0.0.1:${this.port}`;
  }

  async remove(): Promise<void> {
    this.admin.disconnect();
    await execa("docker", ["rm", "--force", "--volumes", this.container], { reject: false });
  }
}
