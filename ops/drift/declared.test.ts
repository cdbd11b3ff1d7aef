import { readDeclaredStack } from "./declared";

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});
const urn = (name: string) => `urn:pulumi:dev::evenkeel::docker:index/container:Container::${name}`;
const container = (name: string, inputs: object, more: object = {}) => ({
  ...{ urn: urn(name), type: "docker:index/container:Container", id: `${name}-id`, ...more },
  inputs: { name: `evenkeel-dev-${name}`, image: "image:1", ...inputs },
});

describe("what a stack's state declares", () => {
  it("is read with the secrets in the clear, and values may hold an equals sign", () => {
    const { containers } = readDeclaredStack({
      resources: [
        container("redis", {
          envs: secret(["URL=redis://a:b=c@redis", "EMPTY="]),
          command: secret(["redis-server", "--user", "app"]),
          labels: [{ label: "evenkeel.service", value: "redis" }],
          networksAdvanced: [{ name: "internal", aliases: ["redis"] }],
          ...{ cpus: "0.5", memory: 256, memorySwap: 256, restart: "always", destroyGraceSeconds: 20 },
        }),
      ],
    });
    expect(containers).toEqual([
      expect.objectContaining({
        ...{ id: "redis-id", name: "evenkeel-dev-redis", service: "redis", cpus: 0.5, memoryMiB: 256 },
        environment: { URL: "redis://a:b=c@redis", EMPTY: "" },
        command: ["redis-server", "--user", "app"],
        networks: { internal: { aliases: ["redis"] } },
        ...{ stopGraceSeconds: 20, readOnly: false, mounts: [], ports: [] },
      }),
    ]);
  });

  it("may have its CPU limit as a share of a period", () => {
    const { containers } = readDeclaredStack({
      resources: [container("a", { cpuQuota: 200_000, cpuPeriod: 100_000 })],
    });
    expect([containers[0]!.cpus, containers[0]!.cpuPeriod]).toEqual([2, 100_000]);
  });

  it("is where its network mode says, when it names no network", () => {
    const { containers } = readDeclaredStack({ resources: [container("socket", { networkMode: "none" })] });
    expect(containers[0]!.networks).toEqual({ none: { aliases: [] } });
  });

  it("does not hold what an interrupted update had still to delete: that is named as unfinished", () => {
    const state = readDeclaredStack({
      resources: [container("app-1", {}, { delete: true })],
      pending_operations: [{ type: "creating", resource: { urn: urn("app-2") } }],
    });
    expect([state.containers, state.unfinished]).toEqual([[], ["app-1: to be deleted", "app-2: creating"]]);
  });

  it("is nothing before the first update", () => {
    const { outputs, ...rest } = readDeclaredStack({});
    expect(Object.values(rest).flat()).toEqual([]);
    expect(outputs.releases).toEqual([]);
  });
});
