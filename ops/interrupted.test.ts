import { unfinishedCreates } from "./interrupted";

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
