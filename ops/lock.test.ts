import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { SetupError } from "../setup/errors";
import { homePaths } from "../setup/home";
import { decideLock, freeLock, LockHolder, readLocks, stateFolderOf } from "./lock";

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

  it("waits while a holder lives, and refuses when it cannot know", () => {
    expect(decideLock([holder(2), holder(1)], "here", alive)).toEqual({ action: "wait", holder: holder(1) });
    expect(decideLock([holder(1), holder(2, "there")], "here", alive)).toEqual({
      action: "refuse",
      holder: holder(2, "there"),
    });
  });
});

describe("freeLock", () => {
  // The largest process number Linux gives is 2^22.
  const dead = holder(2 ** 22 + 1, hostname());
  const living = holder(process.pid, hostname());

  it("breaks a dead holder's lock, and leaves a stack without one alone", async () => {
    const cancel = jest.fn(async () => undefined);
    const say = jest.fn();
    expect(await freeLock({ read: async () => [dead], cancel, say })).toBe(true);
    expect(await freeLock({ read: async () => [], cancel, say })).toBe(false);
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(say).not.toHaveBeenCalled();
  });

  it("waits for a living one, says for whom, and then goes on", async () => {
    const looks = [[living], []];
    const say = jest.fn();
    expect(await freeLock({ read: async () => looks.shift()!, cancel: jest.fn(), say })).toBe(false);
    expect(say).toHaveBeenCalledWith(expect.stringContaining(`waits for process ${process.pid}`));
  });

  it("gives up on another machine's at once, and on this one's in time, and names how to go on", async () => {
    const options = { cancel: jest.fn(), say: jest.fn() };
    const foreign = freeLock({ ...options, read: async () => [holder(1, "elsewhere.invalid")] });
    await expect(foreign).rejects.toThrow(SetupError);
    await expect(foreign).rejects.toThrow(/pulumi cancel/);
    const long = freeLock({ ...options, read: async () => [living], timeoutSeconds: -1 });
    await expect(long).rejects.toThrow(`process ${process.pid} of me`);
    expect(options.cancel).not.toHaveBeenCalled();
  });

  it("ends when the person asks to stop", async () => {
    const interrupted = AbortSignal.abort();
    const waiting = freeLock({ read: async () => [living], cancel: jest.fn(), say: jest.fn(), interrupted });
    await expect(waiting).rejects.toThrow();
  });
});

describe("stateFolderOf", () => {
  it("is the local backend's folder, and none for a backend that is not one", () => {
    const home = homePaths({}, "/home/me");
    expect(stateFolderOf(home, {})).toBe("/home/me/.evenkeel/state");
    expect(stateFolderOf(home, { PULUMI_BACKEND_URL: "file:///elsewhere" })).toBe("/elsewhere");
    expect(stateFolderOf(home, { PULUMI_BACKEND_URL: "file:///elsewhere?metadata=skip" })).toBe("/elsewhere");
    expect(stateFolderOf(home, { PULUMI_BACKEND_URL: "s3://bucket" })).toBeUndefined();
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
