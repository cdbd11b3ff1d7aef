import { kinds, mixes, orderOf } from "./mixes";

const countOf = (order: readonly number[], kind: (typeof kinds)[number]) =>
  order.filter((at) => kinds[at] === kind).length;

describe("the order of a mix", () => {
  it("gives each kind its share, to within one in a thousand", () => {
    const order = orderOf(mixes.mixed);
    const total = Object.values(mixes.mixed.shares).reduce((sum, share) => sum + share, 0);
    expect(order).toHaveLength(1000);
    for (const [kind, share] of Object.entries(mixes.mixed.shares)) {
      const counted = countOf(order, kind as (typeof kinds)[number]);
      expect(Math.abs(counted - (share / total) * 1000)).toBeLessThanOrEqual(1);
    }
  });

  it("spreads each kind evenly: no two slow requests lie near each other", () => {
    const slow = orderOf(mixes.mixed).flatMap((kind, at) => (kinds[kind] === "slow" ? [at] : []));
    const gaps = slow.slice(1).map((at, index) => at - slow[index]!);
    expect(Math.min(...gaps)).toBeGreaterThan(80);
  });

  it("asks for nothing that the mix has not", () => {
    expect(new Set(orderOf(mixes.path))).toEqual(new Set([kinds.indexOf("path")]));
  });
});
