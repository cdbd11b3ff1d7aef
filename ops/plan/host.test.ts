import { availableMemory, readPorts, usedMiB } from "./host";

describe("what a host has", () => {
  it.each([
    ["12.5MiB / 256MiB", 12.5],
    ["1.5GiB / 23GiB", 1536],
    ["512KiB / 1GiB", 0.5],
    ["0B / 0B", 0],
    ["--", 0],
  ])("reads %s as %d MiB", (text, mib) => expect(usedMiB(text)).toBe(mib));

  it("reads the kernel's word, or none", () => {
    expect(availableMemory("MemTotal: 2048 kB\nMemAvailable:    1024 kB\n")).toBe(1);
    expect(availableMemory("MemTotal: 2048 kB\n")).toBeUndefined();
  });

  it("reads the host ports of others, ranges too, and none of the stack's own", () => {
    const text =
      "own\t0.0.0.0:8080->8000/tcp\nweb\t0.0.0.0:80->80/tcp, :::80->80/tcp, 127.0.0.1:9000-9002->9000-9002/tcp\nquiet\t6379/tcp\n";
    expect([...readPorts(text, new Set(["own"]))]).toEqual([
      [80, "web"],
      [9000, "web"],
      [9001, "web"],
      [9002, "web"],
    ]);
  });
});
