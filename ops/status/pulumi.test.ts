import { readHolder, remembered } from "./pulumi";

const lock = (pid: number, hostname = "desk") => ({
  pid,
  username: "ana",
  hostname,
  timestamp: "2026-11-21T19:44:00Z",
});

describe("a change that goes on", () => {
  const alive = (pid: number) => pid === 7;

  it("is told with who makes it, here or elsewhere, and whether its process is gone", () => {
    expect(readHolder([], "desk", alive)).toBeUndefined();
    const holder = { pid: 7, since: "2026-11-21T19:44:00Z", killed: false };
    expect(readHolder([lock(7)], "desk", alive)).toEqual({ ...holder, who: "ana@desk" });
    expect(readHolder([lock(8, "shed")], "desk", alive)).toEqual({ ...holder, pid: 8, who: "ana@shed" });
    expect(readHolder([lock(8)], "desk", alive)).toEqual({ ...holder, pid: 8, who: "ana@desk", killed: true });
  });
});

describe("what Pulumi said", () => {
  it("holds for a while, unless it is forgotten or was a failure", async () => {
    let now = 0;
    const ask = jest.fn<Promise<number>, []>();
    const answer = remembered(ask, 10, () => now);
    ask.mockRejectedValueOnce(new Error("no backend"));
    await expect(answer.get()).rejects.toThrow("no backend");
    ask.mockResolvedValueOnce(1).mockResolvedValueOnce(2).mockResolvedValueOnce(3);
    expect(await answer.get()).toBe(1);
    now = 9_999;
    expect(await answer.get()).toBe(1);
    now = 10_000;
    expect(await answer.get()).toBe(2);
    answer.forget();
    expect(await answer.get()).toBe(3);
  });
});
