import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isAlive, withLock } from "./lock";

describe("a lock", () => {
  let folder: string;
  let said: string[];
  const progress = { say: (line: string) => void said.push(line) };
  const file = () => join(folder, "locks", "thing");
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "evenkeel-lock-"));
    said = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("lets one at a time in, says whom the others wait for, and leaves nothing behind", async () => {
    let inside = 0;
    const order: number[] = [];
    const enter = (who: number) =>
      withLock(
        { file: file() },
        progress,
        async () => {
          expect(++inside).toBe(1);
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
          order.push(who);
        },
        1,
      );
    await Promise.all([1, 2, 3].map(enter));
    expect(order.sort()).toEqual([1, 2, 3]);
    expect(said).toContain(`waits for process ${process.pid}, which is at it`);
    expect(await readdir(join(folder, "locks"))).toEqual([]);
  });

  it("is free again after a failure", async () => {
    await expect(withLock({ file: file() }, progress, () => Promise.reject(new Error("no")), 1)).rejects.toThrow("no");
    expect(await withLock({ file: file() }, progress, async () => "in", 1)).toBe("in");
  });

  it.each([
    ["a dead process", () => JSON.stringify({ pid: spawnSync("true").pid, started: "1" })],
    ["an earlier process with a living one's number", () => JSON.stringify({ pid: process.pid, started: "1" })],
    ["a half-written file", () => "{"],
  ])("is taken over from %s", async (_, content) => {
    await withLock({ file: file() }, progress, async () => undefined, 1);
    await writeFile(file(), content());
    expect(await withLock({ file: file() }, progress, async () => "in", 1)).toBe("in");
    expect(await readdir(join(folder, "locks"))).toEqual([]);
  });

  it("is not waited for after an interrupt", async () => {
    const stop = new AbortController();
    await withLock({ file: file() }, progress, async () => {
      const waiting = withLock({ file: file(), signal: stop.signal }, progress, async () => "in", 1);
      stop.abort();
      await expect(waiting).rejects.toThrow("aborted");
    });
    expect(await readdir(join(folder, "locks"))).toEqual([]);
  });

  it("knows this process as living", () => {
    expect(isAlive({ pid: process.pid, started: "" })).toBe(true);
  });
});
