import { Replica } from "./replica";
import { leaversOf } from "./withdraw";

const policy = { readyTimeoutSeconds: 60, bakeSeconds: 15, bakeMaxErrorPercent: 5, stopGraceSeconds: 15 };

/** Replicas as the engine had them, by name; all healthy. */
const replicas = (revision: string, ...names: string[]): Replica[] =>
  names.map((name) => ({
    ...{ name, revision, status: "running", health: "healthy", probe: "", restarts: 0, startedAt: "10:00" },
    ...{ exitCode: 0, outOfMemory: false, routed: true, addresses: [] },
  }));
const leavers = (declared: readonly string[], wanted: number, before: readonly Replica[]) =>
  leaversOf({ request: { service: "app", revision: "new", replicas: declared, wanted, policy }, before });

describe("of a bad release leave", () => {
  const old = replicas("old", "old-1", "old-2", "old-3");

  it("all new replicas where the old ones are enough, though an update before had made some of them", () => {
    expect(leavers(["new-1", "new-2", "new-3"], 3, old)).toEqual(["new-1", "new-2", "new-3"]);
    expect(leavers(["new-1", "new-2"], 2, [...old, ...replicas("new", "new-1")])).toEqual(["new-1", "new-2"]);
  });

  it("only those of this batch where the ones before stand for old ones that have gone", () => {
    const before = [...old.slice(1), ...replicas("new", "new-1")];
    expect(leavers(["new-1", "new-2"], 3, before)).toEqual(["new-2"]);
  });

  it("none where no other revision serves", () => {
    expect(leavers(["new-1", "new-2"], 2, replicas("new", "new-1"))).toEqual([]);
    const stopped = old.map((replica) => ({ ...replica, status: "exited" }));
    expect(leavers(["new-1"], 1, stopped)).toEqual([]);
  });
});
