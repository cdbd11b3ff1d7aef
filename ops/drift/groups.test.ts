import fc from "fast-check";

import { decideGroup, RepairReplica } from "./groups";

/** Replicas by letter: S serves, s is down; D serves and drifted, d is down and drifted. */
const replicas = (letters: string): RepairReplica[] =>
  [...letters].map((letter, index) => ({
    name: `app-${index + 1}`,
    serves: letter === letter.toUpperCase(),
    drifted: letter.toLowerCase() === "d",
  }));

const replaced = (...indexes: number[]) => ({ action: "replace", names: indexes.map((index) => `app-${index}`) });

describe("the replicas that are made anew next", () => {
  it.each([
    ["none when none drifted", "SSS", 3, { action: "none" }],
    ["the one that drifted", "SDS", 3, replaced(2)],
    ["of three as many as leave two", "DDD", 3, replaced(1)],
    ["of four a half", "DDDD", 4, replaced(1, 2)],
    ["those that serve nobody, all at once and first", "dDdS", 4, replaced(1, 3)],
    ["the only one only when a spare one serves", "D", 1, { action: "add spare" }],
    ["the only one, once a spare one serves", "DS", 1, replaced(1)],
    ["none of two while the other is down, but a spare one first", "Ds", 2, { action: "add spare" }],
    ["none while too few of the others serve, spare one included", "DsssS", 4, { action: "none" }],
    ["none while the spare one itself is not up", "Ds", 1, { action: "none" }],
  ] as const)("are %s", (_, letters, count, decision) => {
    expect(decideGroup(replicas(letters), count)).toEqual(decision);
  });

  const letters = fc.string({ unit: fc.constantFrom("S", "s", "D", "d"), minLength: 1, maxLength: 12 });

  it("are never so many that fewer than one goes on serving, nor, without a spare, fewer than half", () => {
    fc.assert(
      fc.property(letters, (all) => {
        const before = replicas(all);
        const decision = decideGroup(before, all.length);
        if (decision.action !== "replace") return;
        const serving = before.filter(({ serves }) => serves);
        const left = serving.filter(({ name }) => !decision.names.includes(name)).length;
        if (left === serving.length) return;
        expect(left).toBeGreaterThanOrEqual(Math.max(1, Math.ceil(all.length / 2)));
      }),
    );
  });

  it("come to an end: every drifted replica is made anew, with one spare at most", () => {
    fc.assert(
      fc.property(letters, (all) => {
        // What is down and has not drifted is brought back in place before.
        let now = replicas(all.replaceAll("s", "S"));
        for (let round = 0; round < 2 * all.length + 2; round++) {
          const decision = decideGroup(now, all.length);
          if (decision.action === "none") break;
          if (decision.action === "add spare") now = [...now, { name: "spare", serves: true, drifted: false }];
          else {
            const { names } = decision;
            now = now.map((one) => (names.includes(one.name) ? { ...one, serves: true, drifted: false } : one));
          }
        }
        expect([now.filter(({ drifted }) => drifted), now.length - all.length > 1]).toEqual([[], false]);
      }),
    );
  });
});
