import { availableMemory, listeningPorts, readPorts } from "./host";

describe("what a host has", () => {
  it("reads the kernel's word, or none", () => {
    expect(availableMemory("MemTotal: 2048 kB\nMemAvailable:    1024 kB\n")).toBe(1);
    expect(availableMemory("MemTotal: 2048 kB\n")).toBeUndefined();
  });

  it("reads the host ports of others, ranges too, and none of the stack's own", () => {
    const text =
      "1\town\t0.0.0.0:8080->8000/tcp\n2\tweb\t0.0.0.0:80->80/tcp, :::80->80/tcp, 127.0.0.1:9000-9002->9000-9002/tcp\n3\tquiet\t6379/tcp\n";
    expect([...readPorts(text, new Set(["1"]))]).toEqual([
      [80, "container web"],
      [9000, "container web"],
      [9001, "container web"],
      [9002, "container web"],
    ]);
  });

  it("reads on which ports programs listen, of either protocol, and no connection's", () => {
    const ipv4 =
      "  sl  local_address rem_address   st tx_queue\n" +
      "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000\n" +
      "   1: 0100007F:D431 0100007F:1F90 01 00000000:00000000\n";
    const ipv6 = `  10: ${"0".repeat(32)}:0016 ${"0".repeat(32)}:0000 0A 00000000:00000000\n`;
    expect([...listeningPorts(ipv4), ...listeningPorts(ipv6)]).toEqual([8080, 22]);
  });
});
