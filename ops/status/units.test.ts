import { ageText, errorText, rateText, shareText } from "./units";

describe("figures in a narrow column", () => {
  it.each([
    [0, "0s"],
    [59.9, "59s"],
    [60, "1m"],
    [3599, "59m"],
    [3600, "1h"],
    [86_399, "23h"],
    [86_400, "1d"],
    [86_400 * 400, "400d"],
  ])("%d seconds read %s", (seconds, text) => expect(ageText(seconds)).toBe(text));

  it.each([
    [null, "-"],
    [0, "0.0"],
    [0.1, "0.1"],
    [99.94, "99.9"],
    [100, "100"],
    [812.4, "812"],
  ])("a rate of %p reads %s", (rate, text) => expect(rateText(rate)).toBe(text));

  it("a share of a limit is in percent, and a dash where there is no limit or no figure", () => {
    expect(shareText(0.75, 1.5)).toBe("50%");
    expect(shareText(null, 1.5)).toBe("-");
    expect(shareText(0.75, 0)).toBe("-");
  });

  it("one error among many does not read as none", () => {
    expect(errorText(0)).toBe("no 5xx");
    expect(errorText(1 / 8000)).toBe("under 0.1 % 5xx");
    expect(errorText(0.0321)).toBe("3.2 % 5xx");
  });
});
