import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { SetupError } from "../setup/errors";
import { breakDeadLock, decideLock, LockHolder, readLocks } from "./lock";

const holder = (pid: number, host = "here"): LockHolder => ({
  pid,
  username: "me",
  hostname: host,
  timestamp: "2026-01-01T00:00:00Z",
});

describe("decideLock", () => {
  const alive = (pid: number) => pid === 1;

  it("does nothing without a lock", () => {
    expect(decideLock([], "here", alive)).toEqual({ action: "none" });
  });

  it("breaks what a killed run left on this machine", () => {
    expect(decideLock([holder(2), holder(3)], "here", alive)).toEqual({ action: "break" });
  });

  it("refuses while a holder lives, and when it cannot know", () => {
    expect(decideLock([holder(2), holder(1)], "here", alive)).toEqual({ action: "refuse", holder: holder(1) });
    expect(decideLock([holder(2, "there")], "here", alive)).toEqual({ action: "refuse", holder: holder(2, "there") });
  });
});

describe("breakDeadLock", () => {
  it("cancels for a dead holder, and names a living one and how to go on", async () => {
    const cancel = jest.fn(async () => undefined);
    // The largest process number Linux gives is 2^22.
    expect(await breakDeadLock([holder(2 ** 22 + 1, hostname())], cancel)).toBe(true);
    expect(cancel).toHaveBeenCalledTimes(1);
    const refused = breakDeadLock([holder(process.pid, hostname())], cancel);
    await expect(refused).rejects.toThrow(SetupError);
    await expect(refused).rejects.toThrow(/pulumi cancel/);
    expect(cancel).toHaveBeenCalledTimes(1);
  });
});

describe("readLocks", () => {
  it("reads a stack's lock files, and none where there is no folder", async () => {
    const state = await mkdtemp(join(tmpdir(), "evenkeel-lock-"));
    try {
      expect(await readLocks(state, "evenkeel", "dev")).toEqual([]);
      const folder = join(state, ".pulumi", "locks", "organization", "evenkeel", "dev");
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, "a.json"), JSON.stringify(holder(7)));
      await writeFile(join(folder, "a.json.attrs"), "{}");
      expect(await readLocks(state, "evenkeel", "dev")).toEqual([holder(7)]);
    } finally {
      await rm(state, { recursive: true });
    }
  });
});
