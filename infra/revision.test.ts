import fc from "fast-check";

import { Plain, revisionOf } from "./revision";

describe("revisionOf", () => {
  it("is eight hex digits and the same on every machine", () => {
    expect(revisionOf({ b: [1, "x", true, null], a: { z: 1.5 } })).toBe("052f3e25");
  });

  it("does not see the order of keys, nor a key that is undefined", () => {
    expect(revisionOf({ a: 1, b: 2 })).toBe(revisionOf({ b: 2, a: 1 }));
    expect(revisionOf({ a: 1, b: undefined })).toBe(revisionOf({ a: 1 }));
  });

  it("sees the order of a list, and the difference between a number and its text", () => {
    expect(revisionOf([1, 2])).not.toBe(revisionOf([2, 1]));
    expect(revisionOf({ a: 1 })).not.toBe(revisionOf({ a: "1" }));
  });

  it("differs when any value differs", () => {
    const plain = fc.jsonValue() as fc.Arbitrary<Plain>;
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        // -0 and 0 are one number in JSON.
        expect(revisionOf(a) === revisionOf(b)).toBe(sorted(a) === sorted(b));
      }),
    );
  });
});

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === "object" && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
