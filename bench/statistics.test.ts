import { median, spread } from "./statistics";

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
