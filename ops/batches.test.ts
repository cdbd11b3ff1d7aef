import { replicasIn } from "./batches";

const urn = (name: string) => ({
  urn: `urn:pulumi:dev::evenkeel::evenkeel:infra:App$docker:index/container:Container::${name}`,
});

describe("the replicas of a revision in the state", () => {
  it("are counted from the first, without those of another revision or marked for deletion", () => {
    const state = {
      resources: [
        ...["app-0000000a-1", "app-0000000a-2", "app-0000000b-3", "worker-0000000a-3"].map(urn),
        { ...urn("app-0000000a-3"), delete: true },
      ],
    };
    expect(replicasIn(state, "app-0000000a")).toBe(2);
    expect(replicasIn(state, "app-0000000b")).toBe(0);
    expect(replicasIn({}, "app-0000000a")).toBe(0);
  });
});
