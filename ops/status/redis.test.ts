import { readRedisInfo } from "./redis";

const info = (changes: Readonly<Record<string, string>> = {}) =>
  [
    "+OK",
    "$100",
    "# Memory",
    ...Object.entries({
      used_memory: "1929192",
      used_memory_human: "1.84M",
      maxmemory: "167772160",
      connected_clients: "7",
      loading: "0",
      aof_enabled: "1",
      aof_last_bgrewrite_status: "ok",
      aof_last_write_status: "ok",
      ...changes,
    }).map(([key, value]) => `${key}:${value}`),
    "+OK",
    "",
  ].join("\r\n");

describe("Redis by its own word", () => {
  it("tells memory, clients and its append-only file", () => {
    expect(readRedisInfo(info())).toEqual({
      memoryMiB: 1929192 / 1024 ** 2,
      maxMemoryMiB: 160,
      clients: 7,
      appendOnlyFile: "ok",
    });
  });

  it.each([
    [{ loading: "1" }, "is being read"],
    [{ aof_enabled: "0" }, "off: a restart loses everything"],
    [{ aof_last_write_status: "err" }, "the last write failed"],
    [{ aof_last_bgrewrite_status: "err" }, "the last rewrite failed"],
  ])("tells what is wrong with the file: %j", (changes, said) => {
    expect(readRedisInfo(info(changes)).appendOnlyFile).toBe(said);
  });

  it("says what Redis said instead of an answer, or that it said nothing", () => {
    expect(() => readRedisInfo("-WRONGPASS invalid username-password pair\r\n")).toThrow("Redis: WRONGPASS invalid");
    expect(() => readRedisInfo("")).toThrow("Redis: no answer");
  });
});
