import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "./logger";
import { withinPatience } from "./patience";
import { endWhenSilent } from "./silence";

/** Every key of the project begins with this; the ACL users of Redis are held to it. */
export const KEY_PREFIX = "evenkeel:";

/** How long a request waits for an answer of Redis before it fails, in milliseconds. */
const ANSWER_TIMEOUT_MS = 2000;

/** The same for a worker: longer than the longest block, 10 seconds. */
const WORKER_TIMEOUT_MS = 15_000;

/**
 * Milliseconds until the next attempt to connect: doubling from 50 up to 1000, for ever, with a spread of a fifth so that
 * fifty replicas do not come back in the same millisecond.
 */
export function reconnectDelayMs(attempt: number, random: () => number = Math.random): number {
  const delay = Math.min(50 * 2 ** Math.min(attempt - 1, 10), 1000);
  return Math.round(delay * (0.8 + 0.2 * random()));
}

/** Both kinds: SETINFO is unknown to Redis 7.0, and it would only fill the server's ACL log. */
const common: RedisOptions = {
  connectTimeout: 2000,
  disableClientInfo: true,
  retryStrategy: (attempt) => reconnectDelayMs(attempt),
};

/**
 * Options of a client that serves requests. It fails fast, because a request that waits for Redis holds a connection of the
 * load balancer and tells its client nothing. Without a connection a command fails at once (no offline queue). On a lost
 * connection what was sent fails at once and is never sent twice (an INCR would count double). A peer that hangs, or
 * vanished without a word, is given up after two seconds, and from then on commands fail at once.
 *
 * Not `commandTimeout`: ioredis does not apply it to pipelined commands, and it costs a timer for each of the others.
 */
const forRequests: RedisOptions = {
  ...common,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
};

/**
 * Options of a worker's client, the other way round: a job in hand must be acknowledged however long Redis is away, so commands
 * wait (`maxRetriesPerRequest: null`, which BullMQ demands). No auto-pipelining: a command would wait behind the
 * blocking one.
 */
const forWorker: RedisOptions = { ...common, maxRetriesPerRequest: null };

function connect(url: string, options: RedisOptions, timeoutMs: number, logger: Logger): Redis {
  const client = new Redis(url, options);
  endWhenSilent(client, timeoutMs);
  let awaySince: number | undefined;
  const note = (error?: Error) => {
    // One line an outage, not one an attempt.
    if (awaySince === undefined) {
      awaySince = Date.now();
      logger.warn({ ...(error && { err: error }), connection: options.connectionName }, "redis is away, reconnecting");
    }
  };
  client.on("error", note);
  client.on("reconnecting", () => note());
  client.on("ready", () => {
    if (awaySince !== undefined) {
      logger.info({ awayMs: Date.now() - awaySince, connection: options.connectionName }, "redis is back");
      awaySince = undefined;
    }
  });
  return client;
}

/** A client for what requests read and write; all commands of one request belong into one `Promise.all`. */
export function connectForRequests(url: string, name: string, logger: Logger): Redis {
  const options = { ...forRequests, connectionName: name, enableAutoPipelining: true };
  return connect(url, options, ANSWER_TIMEOUT_MS, logger);
}

/** A client for `enqueue`: as quick to fail, without auto-pipelining, which BullMQ's scripts do not go through. */
export function connectForQueue(url: string, name: string, logger: Logger): Redis {
  return connect(url, { ...forRequests, connectionName: name }, ANSWER_TIMEOUT_MS, logger);
}

/** A client for a BullMQ worker. */
export function connectForWorker(url: string, name: string, logger: Logger): Redis {
  const client = connect(url, { ...forWorker, connectionName: name }, WORKER_TIMEOUT_MS, logger);
  const duplicate = client.duplicate.bind(client);
  // BullMQ waits for jobs on a second connection, which it makes from this one.
  client.duplicate = (override) => {
    const second = duplicate(override);
    endWhenSilent(second, WORKER_TIMEOUT_MS);
    return second;
  };
  return client;
}

/** Whether a command failed because Redis can not serve now: the caller's fault it is not, and later it may work. */
export function isRedisUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) {
    return false;
  }
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return (
    error.name === "MaxRetriesPerRequestError" ||
    /^E(CONN|PIPE|HOST|NET|TIMEDOUT|AI_AGAIN|NOTFOUND)/.test(code) ||
    /^(Connection is closed|Command aborted due to connection close|Stream isn't writeable|Command timed out|Socket timeout)/.test(
      error.message,
    ) ||
    /^(LOADING|BUSY|MISCONF|OOM|READONLY|MASTERDOWN|TRYAGAIN|NOREPLICAS|WRONGPASS|NOAUTH) /.test(error.message)
  );
}

/** Resolves when the client can serve. A client that is closed before that never could: then it does not resolve. */
export async function untilReady(client: Redis): Promise<void> {
  if (client.status !== "ready") {
    await new Promise<void>((resolve) => client.once("ready", resolve));
  }
}

/** How long a process that ends waits for a Redis that does not answer, in milliseconds: nothing of value is left to be said. */
export const GOODBYE_MS = 500;

/** Says goodbye when there is somebody to say it to, and closes in any case, also when nobody answers. Never throws. */
export async function closeRedis(client: Redis): Promise<void> {
  if (client.status === "ready") {
    await withinPatience(client.quit(), GOODBYE_MS).catch(() => undefined);
  }
  client.disconnect();
}
