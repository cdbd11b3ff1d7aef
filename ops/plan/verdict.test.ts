import { ResourceChange } from "./change";
import { Resource, Service, serviceOf } from "./state";
import { decideVerdict, VerdictArgs } from "./verdict";

const resource = (name: string, kind = "Container", revision?: string): Resource => ({
  ...{ kind, name, service: serviceOf(name) },
  inputs: { labels: revision ? [{ label: "evenkeel.revision", value: revision }] : [] },
});

const change = (op: ResourceChange["op"], name: string, kind = "Container", revision?: string): ResourceChange => ({
  ...{ op, kind, name, service: serviceOf(name), before: {}, differs: [] },
  after: resource(name, kind, revision).inputs,
});

const names = (service: string, revision: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${service}-${revision}-${index + 1}`);

const why = [{ input: "code" as const, details: [] }];

function decide(service: Service, there: readonly Resource[], changes: readonly ResourceChange[], more = {}) {
  const args: VerdictArgs = { service, resources: there, changes, why, interruptions: [], ...more };
  return decideVerdict(args);
}

const apps = (revision: string, count: number) => names("app", revision, count).map((name) => resource(name));

describe("the verdict on a replicated service", () => {
  it("is that it scales, when replicas of the same revision come or go", () => {
    const up = decide("app", apps("0000000a", 3), [change("create", "app-0000000a-4")]);
    expect(up).toMatchObject({ verdict: "scales", effect: "no client notices", replicas: { now: 3, then: 4 } });
    const down = decide("app", apps("0000000a", 3), [change("delete", "app-0000000a-3")]);
    expect(down).toMatchObject({ verdict: "scales", replicas: { now: 3, then: 2 }, why: [] });
    expect(down.effect).toContain("streams are closed");
  });

  it("is that it rolls, when another revision comes, however many of it", () => {
    const changes = [
      ...names("app", "0000000b", 5).map((name) => change("create", name)),
      ...names("app", "0000000a", 3).map((name) => change("delete", name)),
    ];
    expect(decide("app", apps("0000000a", 3), changes)).toMatchObject({
      ...{ verdict: "rolls", why, replicas: { now: 3, then: 5 } },
      revisions: { now: ["0000000a"], then: ["0000000b"] },
    });
  });

  it("is that it scales when there was none, and says that jobs wait when none is left", () => {
    expect(decide("app", [], [change("create", "app-0000000a-1")]).verdict).toBe("scales");
    const gone = decide("worker", [resource("worker-0000000a-1")], [change("delete", "worker-0000000a-1")]);
    expect(gone).toMatchObject({ verdict: "scales", effect: "jobs wait until there is a worker again" });
  });

  it("is nothing when only images come and go", () => {
    const changes = [
      change("create", "app-image-0123abcd", "RemoteImage"),
      change("delete", "app-image-1", "RemoteImage"),
    ];
    expect(decide("app", apps("0000000a", 1), changes)).toMatchObject({ verdict: "nothing", why: [] });
  });

  it("is that it interrupts, when a replica is replaced under its own name", () => {
    const changes = [change("replace", "app-0000000a-1")];
    expect(decide("app", apps("0000000a", 1), changes)).toMatchObject({ verdict: "interrupts" });
  });
});

describe("the verdict on a single part", () => {
  const known = {
    ...{ part: "traefik" as const, token: "traefik-0000000b", what: "it is stopped", seconds: 3, avoid: "wait" },
    allowed: true,
  };

  it("is that it interrupts, for how long, and whether that was allowed", () => {
    const there = [resource("traefik", "Container", "0000000a")];
    const changes = [change("replace", "traefik", "Container", "0000000b")];
    expect(decide("traefik", there, changes, { interruptions: [known] })).toMatchObject({
      ...{ verdict: "interrupts", effect: "it is stopped", replicas: { now: 1, then: 1 } },
      revisions: { now: ["0000000a"], then: ["0000000b"] },
      interruption: { seconds: 3, allowed: true, token: "traefik-0000000b" },
    });
    expect(decide("redis", [resource("redis")], [change("replace", "redis")]).interruption?.allowed).toBe(false);
    expect(decide("redis", [resource("redis")], [change("delete", "redis")]).verdict).toBe("interrupts");
  });

  it("is that it deletes data, when a volume with data goes, whatever else happens", () => {
    const there = [resource("redis"), resource("redis-data", "Volume")];
    const changes = [change("replace", "redis"), change("replace", "redis-data", "Volume")];
    expect(decide("redis", there, changes)).toMatchObject({ verdict: "deletes data" });
    const socket = [change("delete", "docker-socket-restarts", "Volume")];
    expect(decide("docker-socket", [resource("docker-socket")], socket).verdict).toBe("nothing");
  });

  it("is that it starts, stops or is updated in place, where nobody notices", () => {
    expect(decide("healer", [], [change("create", "healer")]).verdict).toBe("starts");
    expect(decide("healer", [resource("healer")], [change("delete", "healer")]).verdict).toBe("stops");
    expect(decide("healer", [resource("healer")], [change("replace", "healer")]).verdict).toBe("updates in place");
    expect(decide("traefik", [resource("traefik")], [change("update", "traefik")]).verdict).toBe("updates in place");
  });

  it("is that it interrupts, when a network is made anew under everyone", () => {
    const changes = [change("replace", "network-edge", "Network")];
    expect(decide("network", [], changes)).toMatchObject({ verdict: "interrupts", interruption: { allowed: false } });
  });
});
