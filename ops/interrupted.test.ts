import { EngineClient, EngineObject } from "./engine";
import { removeUnfinished, unfinishedCreates } from "./interrupted";

const operation = (type: string, resource: string, name: unknown) => ({
  type,
  resource: { type: resource, inputs: { name } },
});

describe("unfinishedCreates", () => {
  it("finds what a killed run had begun to create", () => {
    const state = {
      pending_operations: [
        operation("creating", "docker:index/container:Container", "evenkeel-dev-app-1a2b3c4d-1"),
        operation("creating", "docker:index/network:Network", "evenkeel-dev-edge"),
      ],
    };
    expect(unfinishedCreates(state)).toEqual([
      { kind: "container", name: "evenkeel-dev-app-1a2b3c4d-1" },
      { kind: "network", name: "evenkeel-dev-edge" },
    ]);
  });

  it("leaves deletes, other providers' resources and what has no name alone", () => {
    const state = {
      pending_operations: [
        operation("deleting", "docker:index/container:Container", "a"),
        operation("creating", "random:index/randomPassword:RandomPassword", "b"),
        operation("creating", "docker:index/container:Container", undefined),
      ],
    };
    expect(unfinishedCreates(state)).toEqual([]);
    expect(unfinishedCreates({})).toEqual([]);
  });
});

describe("removeUnfinished", () => {
  it("drains and removes what the state does not know, but never a volume, nor what a later update has created", async () => {
    const objects: EngineObject[] = [
      { kind: "container", id: "c1", name: "evenkeel-dev-redis" },
      { kind: "network", id: "n1", name: "evenkeel-dev-edge" },
      { kind: "volume", id: "evenkeel-dev-redis", name: "evenkeel-dev-redis" },
      { kind: "container", id: "c2", name: "evenkeel-dev-traefik" },
    ];
    const removed: string[] = [];
    const engine = {
      objectsOf: async () => objects,
      stop: async (containers: EngineObject[]) => void removed.push(`stop ${containers.map(({ id }) => id).join()}`),
      remove: async ({ id }: EngineObject) => void removed.push(id),
    } as unknown as EngineClient;
    const state = {
      resources: [{ id: "n1" }],
      pending_operations: [
        operation("creating", "docker:index/container:Container", "evenkeel-dev-redis"),
        operation("creating", "docker:index/network:Network", "evenkeel-dev-edge"),
        operation("creating", "docker:index/volume:Volume", "evenkeel-dev-redis"),
      ],
    };
    expect(await removeUnfinished(engine, state, "evenkeel", "dev")).toEqual(["evenkeel-dev-redis"]);
    expect(removed).toEqual(["stop c1", "c1"]);
  });
});
