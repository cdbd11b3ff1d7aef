import { baseline, cpusText } from "./baseline";

describe("cpusText", () => {
  it.each([
    [0.1, "0.1"],
    [0.25, "0.25"],
    [0.5, "0.5"],
    [1, "1.0"],
    [1.05, "1.05"],
    [2, "2.0"],
    [10, "10."],
    [12, "12.0"],
    [64, "64.0"],
    [10.05, "10.05"],
  ])("writes %p as the provider reads it back", (cpus, text) => {
    expect(cpusText(cpus)).toBe(text);
  });
});

describe("baseline", () => {
  it("sets swap equal to memory, so that there is none and no preview shows a difference", () => {
    expect(baseline({ cpus: 0.5, memoryMiB: 300 })).toMatchObject({ memory: 300, memorySwap: 300 });
  });

  it("limits the CPU by a quota where a host may have fewer cores", () => {
    const { cpus, cpuPeriod, cpuQuota } = baseline({ cpus: 2, memoryMiB: 300 }, "quota") as Record<string, unknown>;
    expect([cpus, cpuPeriod, cpuQuota]).toEqual([undefined, 100_000, 200_000]);
  });
});
