import { replicaOf, resourcesOf, serviceOf } from "./state";

const secret = "4dabf18193072939515e22adb298388d";

describe("a state", () => {
  it("has the providers' resources with their secrets opened, and none that is still to be deleted", () => {
    const resource = (type: string, name: string, more: object = {}) => ({
      urn: `urn:pulumi:dev::evenkeel::evenkeel:infra:App$${type}::${name}`,
      type,
      inputs: {},
      ...more,
    });
    const inputs = { envs: { [secret]: "1b47", plaintext: '["A=1"]' }, ports: [{ external: 8080 }] };
    expect(
      resourcesOf({
        resources: [
          resource("pulumi:pulumi:Stack", "evenkeel-dev"),
          resource("evenkeel:infra:App", "app"),
          resource("docker:index/container:Container", "app-0123abcd-1", { inputs }),
          resource("docker:index/container:Container", "app-00000000-1", { delete: true }),
          resource("random:index/randomPassword:RandomPassword", "redis-password-app"),
        ],
      }),
    ).toEqual([
      {
        ...{ kind: "Container", name: "app-0123abcd-1", service: "app" },
        inputs: { envs: ["A=1"], ports: [{ external: 8080 }] },
      },
      { kind: "RandomPassword", name: "redis-password-app", service: "redis", inputs: {} },
    ]);
    expect(resourcesOf(undefined)).toEqual([]);
  });

  it.each([
    ["app-session-secret", "app"],
    ["worker-0123abcd-10", "worker"],
    ["docker-socket-volume", "docker-socket"],
    ["traefik", "traefik"],
    ["application", "application"],
  ])("has %s in %s", (name, service) => expect(serviceOf(name)).toBe(service));

  it("has a replica by its name only", () => {
    expect(replicaOf("worker-0123abcd-10")).toEqual({ service: "worker", revision: "0123abcd", index: 10 });
    expect(replicaOf("app-image-0123abcd")).toBeUndefined();
  });
});
