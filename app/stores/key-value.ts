import type { Redis } from "ioredis";
import { KEY_PREFIX } from "../../runtime/redis";
import { AppError } from "../errors";

const MAX_VALUE_BYTES = 64 * 1024;

/** Takes a key as it came from a client. @throws AppError invalid_key unless it is 1 to 128 characters of A-Za-z0-9._:- */
export function checkKey(key: unknown): string {
  if (typeof key !== "string" || !/^[A-Za-z0-9._:-]{1,128}$/.test(key)) {
    throw new AppError("invalid_key");
  }
  return key;
}

/** Takes a value as it came from a client. @throws AppError invalid_value, value_too_large above 64 KiB of UTF-8 */
export function checkValue(value: unknown): string {
  if (typeof value !== "string") {
    throw new AppError("invalid_value");
  }
  if (Buffer.byteLength(value) > MAX_VALUE_BYTES) {
    throw new AppError("value_too_large");
  }
  return value;
}

/** The key/value store all replicas share. Throws what Redis throws. */
export class KeyValueStore {
  constructor(private readonly redis: Redis) {}

  async set(key: string, value: string): Promise<void> {
    await this.redis.set(`${KEY_PREFIX}kv:${key}`, value);
  }

  /** The value, or null when there is none. */
  get(key: string): Promise<string | null> {
    return this.redis.get(`${KEY_PREFIX}kv:${key}`);
  }

  /** Whether there was one. */
  async delete(key: string): Promise<boolean> {
    return (await this.redis.del(`${KEY_PREFIX}kv:${key}`)) === 1;
  }
}
