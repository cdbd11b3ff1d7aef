import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { defaultUser, redisAcl } from "../../infra/redis-acl";
import { isProcessAlive } from "../../setup/process-alive";
import versions from "../../versions.json";
import { freePort } from "../../setup/free-port";

const run = promisify(execFile);
const docker = async (...args: string[]) => (await run("docker", args)).stdout.trim();

const LABEL = "evenkeel.test=integration";
const PASSWORD = "integration";

/** Removes what a test run left behind that was killed before it could clean up. */
async function sweep(): Promise<void> {
  const format = '{{.ID}} {{.Label "evenkeel.test.pid"}}';
  const listed = await docker("ps", "-a", "--filter", `label=${LABEL}`, "--format", format);
  for (const [id, pid] of listed.split("\n").map((line) => line.split(" "))) {
    if (id && !isProcessAlive(Number(pid))) {
      await docker("rm", "-f", "-v", id).catch(() => undefined);
    }
  }
}

/** A real Redis of its own for a test file, with an append-only file, so that a restart keeps what it knows. */
export class TestRedis {
  private constructor(
    private readonly container: string,
    private readonly port: number,
    /** May do everything; for looking at what the processes did. */
    readonly admin: Redis,
  ) {}

  static async start(): Promise<TestRedis> {
    await sweep();
    // It stays the same over a stop and a start, as the processes expect of their Redis.
    const port = await freePort();
    // The rights each role has in the stack: a command they lack shows here, and a job that a restart does not bring back.
    const roles = { ...redisAcl, admin: ["~*", "&*", "+@all"] };
    const users = Object.entries(roles).flatMap(([user, rules]) => ["--user", user, "on", `>${PASSWORD}`, ...rules]);
    const container = await docker(
      ...["run", "--detach", "--label", LABEL, "--label", `evenkeel.test.pid=${process.pid}`],
      // The host's network: the tests need nothing of the engine's bridges and packet filters, only a port on loopback.
      ...["--network", "host", "--user", "999:999", `evenkeel/redis:${versions.redis}`, "redis-server"],
      ...["--bind", "127.0.0.1", "--port", String(port), "--dir", "/data", "--appendonly", "yes"],
      ...["--appendfsync", "always", "--user", "default", ...defaultUser, ...users],
    );
    const login = { username: "admin", password: PASSWORD };
    const admin = new Redis({ port, host: "127.0.0.1", ...login, retryStrategy: () => 50, maxRetriesPerRequest: null });
    admin.on("error", () => undefined);
    const redis = new TestRedis(container, port, admin);
    try {
      await redis.untilReady();
    } catch (error) {
      await redis.remove();
      throw error;
    }
    return redis;
  }

  /** Where a process of this role finds it. */
  url(role: "app" | "worker"): string {
    return `redis://${role}:${PASSWORD}@127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    await docker("stop", this.container);
  }

  async restart(): Promise<void> {
    await docker("start", this.container);
    await this.untilReady();
  }

  /** Makes it hang: connections stay open, nothing answers. */
  async pause(): Promise<void> {
    await docker("pause", this.container);
  }

  async unpause(): Promise<void> {
    await docker("unpause", this.container);
  }

  /** Commands it refused because a role's rights lack them, as `user command`. */
  async refused(): Promise<string[]> {
    const log = (await this.admin.call("ACL", "LOG")) as string[][];
    return log.map((entry) => {
      const at = (name: string) => entry[entry.indexOf(name) + 1];
      return `${at("username")} ${at("reason")} ${at("object")}`;
    });
  }

  async remove(): Promise<void> {
    this.admin.disconnect();
    await docker("rm", "--force", "--volumes", this.container);
  }

  private async untilReady(): Promise<void> {
    await this.admin.ping();
  }
}
