import { EarlierUpdate, expectedDuration, modelSeconds } from "./duration";

const settings = {
  ...{ replicas: 3, workerReplicas: 1, maxSurge: 100 },
  minReadySeconds: 0,
  bakeSeconds: 15,
  drainSeconds: 3,
};
const roll = { created: 3, removed: 3, rolls: true, replaced: 0, settings };

function earlier(seconds: number, changes: EarlierUpdate["resourceChanges"], more: Partial<EarlierUpdate> = {}) {
  const startTime = new Date("2026-01-02T03:04:05Z");
  return {
    ...{ kind: "update", result: "succeeded", startTime, config: {}, resourceChanges: changes },
    endTime: new Date(startTime.getTime() + seconds * 1000),
    ...more,
  };
}

describe("how long an update is expected to take", () => {
  it("is at least what it bakes and drains, and once a batch", () => {
    expect(modelSeconds(roll)).toBeGreaterThan(15 + 3);
    expect(modelSeconds(roll)).toBeLessThan(15 + 3 + 8);
    const batches = modelSeconds({ ...roll, settings: { ...settings, maxSurge: 1 } });
    expect(batches).toBeGreaterThan(3 * 18);
  });

  it("does not bake what only scales, and drains nothing that does not leave", () => {
    const up = { created: 2, removed: 0, rolls: false, replaced: 0, settings };
    expect(modelSeconds(up)).toBeLessThan(6);
    expect(modelSeconds({ ...up, created: 0, removed: 2 })).toBeGreaterThan(3);
  });

  it("is the model's without a history, and corrected by this stack's last updates with one", () => {
    const model = modelSeconds(roll);
    expect(expectedDuration(roll, [], "evenkeel")).toEqual({ seconds: model, basis: "model", earlier: [] });
    const history = [
      earlier(2 * model, { create: 3, delete: 3, same: 20 }),
      earlier(2 * model, { create: 3, delete: 3, same: 20 }),
    ];
    const { seconds, basis } = expectedDuration(roll, history, "evenkeel");
    expect([basis, seconds]).toEqual(["history", expect.closeTo(2 * model, 5)]);
  });

  it("passes over what tells nothing: a first update, none that changed anything, one that failed, one not to be read", () => {
    const history = [
      earlier(90, { create: 34 }),
      earlier(90, { same: 34 }),
      earlier(90, { create: 3, delete: 3, same: 20 }, { result: "failed" }),
      earlier(90, { delete: 34 }, { kind: "destroy" }),
      earlier(90, { create: 3, delete: 3, same: 20 }, { config: { "evenkeel:replicas": { value: "many" } } }),
    ];
    expect(expectedDuration(roll, history, "evenkeel").basis).toBe("model");
  });

  it("is not led astray by one that took far too long", () => {
    const slow = earlier(10_000, { create: 3, delete: 3, same: 20 });
    expect(expectedDuration(roll, [slow], "evenkeel").seconds).toBe(4 * modelSeconds(roll));
  });
});
