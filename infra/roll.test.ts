import fc from "fast-check";

import { nothingDeclared } from "./declared";
import { KeptRelease } from "./release";
import { isLastStep, readRollStep, requireSurge, rollSteps, splitReplicas, writeRollStep } from "./roll";

describe("a step of a roll", () => {
  it("travels through the environment as it is, and nothing else is taken for one", () => {
    const step = { from: "0123abcd", replaced: 12 };
    expect(readRollStep(writeRollStep(step))).toEqual(step);
    expect(readRollStep(undefined)).toBeUndefined();
    expect(readRollStep("")).toBeUndefined();
    expect(() => readRollStep("half")).toThrow('EVENKEEL_ROLL: got "half", allowed is <release>:<replicas>');
  });

  it("replaces the first replicas and leaves the others, each index once", () => {
    expect(splitReplicas(5, 5, { from: "0123abcd", replaced: 2 })).toEqual({ current: [1, 2], leaving: [3, 4, 5] });
    expect(splitReplicas(5, 5, undefined)).toEqual({ current: [1, 2, 3, 4, 5], leaving: [] });
    expect(splitReplicas(0, 0, { from: "0123abcd", replaced: 2 })).toEqual({ current: [], leaving: [] });
  });

  it("never leaves fewer replicas than the smaller of before and after", () => {
    const count = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(count, count, count, (replicas, before, replaced) => {
        const { current, leaving } = splitReplicas(replicas, before, { from: "0123abcd", replaced });
        expect(current.length + leaving.length).toBeGreaterThanOrEqual(Math.min(replicas, before));
        expect(new Set([...current, ...leaving]).size).toBe(current.length + leaving.length);
      }),
    );
  });
});

describe("the steps of a roll", () => {
  const counts = { replicas: 5, workerReplicas: 1, maxSurge: 2 };
  const replaced = (done: number, other = counts) => rollSteps("0123abcd", other, done).map((step) => step.replaced);

  it("replace maxSurge replicas each, and go on where an interrupted roll ended", () => {
    expect(replaced(0)).toEqual([2, 4, 5]);
    // The first removes what those three stand for, should the interrupted step not have come to it.
    expect(replaced(3)).toEqual([3, 5]);
    expect(replaced(5)).toEqual([5]);
    expect(replaced(0, { ...counts, maxSurge: 100 })).toEqual([5]);
    expect(replaced(0, { replicas: 1, workerReplicas: 3, maxSurge: 1 })).toEqual([1, 2, 3]);
  });

  it("never run more than maxSurge beside as many as there were, and end with the new release alone", () => {
    const size = fc.integer({ min: 1, max: 100 });
    fc.assert(
      fc.property(size, size, size, (replicas, before, maxSurge) => {
        const wanted = { replicas, workerReplicas: 0, maxSurge };
        let running = before;
        for (const step of rollSteps("0123abcd", wanted, 0)) {
          const { current, leaving } = splitReplicas(replicas, before, step, isLastStep(step, wanted));
          const created = Math.min(maxSurge, current.length);
          expect(running + created).toBeLessThanOrEqual(Math.max(before, replicas) + maxSurge);
          running = current.length + leaving.length;
          expect(running).toBeGreaterThanOrEqual(Math.min(before, replicas));
        }
        expect(running).toBe(replicas);
      }),
    );
  });
});

describe("maxSurge", () => {
  const before = { appRevision: "0000000a", workerRevision: "0000000b" } as KeptRelease;
  const declared = { ...nothingDeclared, releases: [before], replicas: 3, workerReplicas: 1 };
  const counts = { replicas: 3, workerReplicas: 1, maxSurge: 2 };

  it("refuses a roll that needs more beside the old ones, and names both ways out", () => {
    expect(() => requireSurge(declared, { ...before, appRevision: "0000000c" }, counts, undefined)).toThrow(
      "maxSurge: this roll would run 3 new replicas beside the old ones, allowed are 2; nothing was changed. " +
        "Roll in batches: npm run up. Or allow it: pulumi config set maxSurge 3",
    );
  });

  it("lets pass what is no roll, a roll that fits, one in batches, and the first update", () => {
    const changed = { ...before, appRevision: "0000000c" };
    expect(() => requireSurge(declared, before, { ...counts, replicas: 50 }, undefined)).not.toThrow();
    expect(() => requireSurge(declared, { ...before, workerRevision: "0000000c" }, counts, undefined)).not.toThrow();
    expect(() => requireSurge(declared, changed, { ...counts, maxSurge: 3 }, undefined)).not.toThrow();
    expect(() => requireSurge(declared, changed, counts, { from: "0000000a", replaced: 2 })).not.toThrow();
    expect(() => requireSurge(nothingDeclared, changed, counts, undefined)).not.toThrow();
  });
});
