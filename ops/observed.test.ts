import { containerFrom } from "./observed";

type Inspected = Parameters<typeof containerFrom>[0];

const inspected: Inspected = {
  Id: "5e555a0f",
  Name: "/evenkeel-dev-app-1a2b3c4d-1",
  Created: "2026-01-02T03:04:05.678901234Z",
  RestartCount: 2,
  Image: "sha256:0f0b",
  State: {
    Status: "running",
    ExitCode: 0,
    OOMKilled: false,
    StartedAt: "2026-01-02T03:04:06Z",
    Health: { Status: "healthy" },
  },
  Config: {
    Image: "evenkeel-dev-app:4fff62d6",
    User: "10001:10001",
    Env: ["REDIS_URL=redis://app:a=b@redis", "EMPTY="],
    Entrypoint: null,
    Cmd: ["node", "/main.js"],
    Labels: { "evenkeel.service": "app", "evenkeel.revision": "1a2b3c4d" },
  },
  HostConfig: {
    NanoCpus: 500_000_000,
    CpuQuota: 0,
    CpuPeriod: 0,
    Memory: 268_435_456,
    MemorySwap: 268_435_456,
    ReadonlyRootfs: true,
    Privileged: false,
    CapAdd: null,
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges:true"],
    RestartPolicy: { Name: "always" },
    PortBindings: { "8000/tcp": [{ HostIp: "", HostPort: "8080" }] },
  },
  Mounts: [
    { Type: "volume", Name: "evenkeel-dev-redis", Source: "/var/lib/somewhere", Destination: "/data", RW: true },
    { Type: "bind", Source: "/var/run/docker.sock", Destination: "/docker.sock", RW: false },
  ],
  NetworkSettings: { Networks: { "evenkeel-dev-edge": { IPAddress: "172.18.0.4", Aliases: null } } },
};

describe("a container as the engine has it", () => {
  it("is read with its units, and a value may hold an equals sign", () => {
    expect(containerFrom(inspected)).toMatchObject({
      name: "evenkeel-dev-app-1a2b3c4d-1",
      service: "app",
      revision: "1a2b3c4d",
      health: "healthy",
      environment: { REDIS_URL: "redis://app:a=b@redis", EMPTY: "" },
      limits: { cpus: 0.5, memoryMiB: 256, memorySwapMiB: 256 },
      securityOptions: ["no-new-privileges:true"],
      mounts: [
        { type: "volume", source: "evenkeel-dev-redis", target: "/data", readOnly: false },
        { type: "bind", source: "/var/run/docker.sock", target: "/docker.sock", readOnly: true },
      ],
      networks: { "evenkeel-dev-edge": { address: "172.18.0.4", aliases: [] } },
      ports: [{ internal: 8000, external: 8080, ip: "0.0.0.0" }],
    });
  });

  it("may have neither labels, environment, limits nor health check", () => {
    const bare = {
      ...inspected,
      State: { ...inspected.State, Health: undefined },
      Config: { ...inspected.Config, Labels: null, Env: null },
      HostConfig: { ...inspected.HostConfig, NanoCpus: 0, Memory: 0, MemorySwap: 0, PortBindings: null },
    };
    expect(containerFrom(bare)).toMatchObject({
      ...{ service: "", revision: "", health: "", environment: {}, ports: [] },
      limits: { cpus: 0, memoryMiB: 0, memorySwapMiB: 0 },
    });
  });

  it("may have its limit as a quota of a period", () => {
    const quota = { ...inspected.HostConfig, NanoCpus: 0, CpuQuota: 150_000, CpuPeriod: 100_000 };
    expect(containerFrom({ ...inspected, HostConfig: quota }).limits.cpus).toBe(1.5);
  });
});
