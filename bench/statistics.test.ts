import { median, medianRatio, rotated, spread } from "./statistics";

describe("median", () => {
  it("is the middle value, or the mean of the two in the middle", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("spread", () => {
  it("names the ends", () => expect(spread([2, 1.234, 3])).toBe("1.23 to 3.00"));
});

test("ratios are taken round by round, so a slow round spoils neither side", () => {
  expect(medianRatio([80, 8, 79], [100, 10, 100])).toBeCloseTo(0.8);
});

test("every one comes first once", () => {
  expect([0, 1, 2, 3].map((round) => rotated(["a", "b", "c"], round).join(""))).toEqual(["abc", "bca", "cab", "abc"]);
});
