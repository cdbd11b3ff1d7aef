import { median, medianRatio, rotated } from "./statistics";

test("the median is the middle value, whatever the order", () => {
  expect(median([5, 1, 100])).toBe(5);
  expect(median([4, 1, 2, 100])).toBe(3);
  expect(median([])).toBeNaN();
});

test("ratios are taken round by round, so a slow round spoils neither side", () => {
  expect(medianRatio([80, 8, 79], [100, 10, 100])).toBeCloseTo(0.8);
});

test("every one comes first once", () => {
  expect([0, 1, 2, 3].map((round) => rotated(["a", "b", "c"], round).join(""))).toEqual(["abc", "bca", "cab", "abc"]);
});
