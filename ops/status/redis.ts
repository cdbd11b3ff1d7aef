import { Docker } from "../../infra/docker";
import { ObservedContainer } from "../observed";
import { askAny, askRedisFrom } from "./inside";

/** Redis by its own word. */
export interface RedisReport {
  readonly memoryMiB: number;
  /** From here on it refuses writes; 0 is no limit. */
  readonly maxMemoryMiB: number;
  readonly clients: number;
  /** "ok", or what is wrong with the file that keeps its data. */
  readonly appendOnlyFile: string;
}

/** Asks Redis from inside a replica. @throws Error when it does not answer */
export async function redisOf(docker: Docker, containers: readonly ObservedContainer[]): Promise<RedisReport> {
  const questions = ["INFO memory", "INFO clients", "INFO persistence"];
  return askAny(containers, async ({ id }) => readRedisInfo(await askRedisFrom(docker, id, questions)));
}

/**
 * Reads the answers to `INFO`: https://redis.io/docs/latest/commands/info/
 *
 * @throws Error with what Redis said instead
 */
export function readRedisInfo(text: string): RedisReport {
  const lines = text.split(/\r?\n/);
  const refused = lines.find((line) => line.startsWith("-"));
  const fields = new Map(lines.filter((line) => line.includes(":")).map((line) => split(line)));
  const number = (name: string) => Number(fields.get(name) ?? Number.NaN);
  if (Number.isNaN(number("used_memory"))) throw new Error(`Redis: ${refused?.slice(1) ?? "no answer"}`);
  return {
    memoryMiB: number("used_memory") / 1024 ** 2,
    maxMemoryMiB: number("maxmemory") / 1024 ** 2,
    clients: number("connected_clients"),
    appendOnlyFile: appendOnlyFile(fields),
  };
}

function split(line: string): [string, string] {
  const at = line.indexOf(":");
  return [line.slice(0, at), line.slice(at + 1)];
}

function appendOnlyFile(fields: ReadonlyMap<string, string>): string {
  if (fields.get("loading") !== "0") return "is being read";
  if (fields.get("aof_enabled") !== "1") return "off: a restart loses everything";
  if (fields.get("aof_last_write_status") !== "ok") return "the last write failed";
  if (fields.get("aof_last_bgrewrite_status") !== "ok") return "the last rewrite failed";
  return "ok";
}
