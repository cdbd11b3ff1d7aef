import { freemem, hostname, loadavg, totalmem } from "node:os";
import { Redis } from "ioredis";

/** The same client as the app's, as far as its speed goes. */
export function connect(): Redis {
  return new Redis(process.env.REDIS_URL!, { enableAutoPipelining: true, disableClientInfo: true });
}

/** What the body says of the machine. */
export interface Machine {
  loadavg: number[];
  freemem: number;
  totalmem: number;
}

const total = totalmem();
const askKernel = (): Machine => ({ loadavg: loadavg(), freemem: freemem(), totalmem: total });

const sessionId = /sid=([A-Za-z0-9_-]{22})/;

const unchanging = {
  served_by: { hostname: hostname(), container_id: null, instance: "peer" },
  instance: "peer",
  hostname: hostname(),
  revision: "peer",
  platform: process.platform,
  arch: process.arch,
};

/** What the app's `GET /` does for a client that comes back: the same three calls, the same body. No signature, no metrics. */
export async function visit(redis: Redis, cookie: string | undefined, readMachine = askKernel): Promise<object> {
  const id = sessionId.exec(cookie ?? "")?.[1] ?? "none";
  const key = `evenkeel:session:${id}`;
  const [session, , global] = await Promise.all([
    redis.hincrby(key, "visits", 1),
    redis.expire(key, 3600),
    redis.incr("evenkeel:global_count"),
  ]);
  return {
    message: "Hello from peer",
    session_id: id,
    session_count: session,
    visits: session,
    global_count: global,
    ...unchanging,
    ...readMachine(),
    timestamp: new Date().toISOString(),
  };
}

/** Tells the bench that this peer serves. */
export function ready(port?: number): void {
  process.stdout.write(`${JSON.stringify({ msg: "ready", port })}\n`);
}
