import fc from "fast-check";

import { percentilesOf } from "./percentiles";

describe("percentiles", () => {
  it("are values that were measured, by the nearest rank", () => {
    const values = Array.from({ length: 200 }, (_, at) => 200 - at);
    expect(percentilesOf(values)).toEqual({ count: 200, p50: 100, p95: 190, p99: 198, max: 200 });
    expect(percentilesOf([7])).toEqual({ count: 1, p50: 7, p95: 7, p99: 7, max: 7 });
    expect(percentilesOf([])).toEqual({ count: 0, p50: 0, p95: 0, p99: 0, max: 0 });
  });

  it("leave at most so many above them", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1 }), (values) => {
        const { p50, p95, p99, max } = percentilesOf(values);
        const above = (limit: number) => values.filter((value) => value > limit).length / values.length;
        expect([above(p50) <= 0.5, above(p95) <= 0.05, above(p99) <= 0.01, above(max)]).toEqual([true, true, true, 0]);
      }),
    );
  });
});
