import { readUsage } from "./usage";

const line = (ID: string, CPUPerc: string, MemUsage: string) => JSON.stringify({ ID, CPUPerc, MemUsage, PIDs: "11" });

describe("what containers use", () => {
  it("is read in cores and MiB, whichever unit the engine chose", () => {
    const text = [
      line("a", "7.04%", "34.25MiB / 256MiB"),
      line("b", "150.00%", "1.5GiB / 2GiB"),
      line("c", "0.00%", "512KiB / 256MiB"),
      line("d", "0.00%", "0B / 0B"),
      "",
    ].join("\n");
    expect([...readUsage(text)]).toEqual([
      ["a", { cores: 0.0704, memoryMiB: 34.25 }],
      ["b", { cores: 1.5, memoryMiB: 1536 }],
      ["c", { cores: 0, memoryMiB: 0.5 }],
      ["d", { cores: 0, memoryMiB: 0 }],
    ]);
  });

  it("is left out for one that stopped meanwhile", () => {
    expect(readUsage(line("a", "--", "-- / --")).size).toBe(0);
  });
});
