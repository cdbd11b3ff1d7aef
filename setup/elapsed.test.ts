import { formatElapsed } from "./elapsed";

describe("elapsed time", () => {
  it.each([
    [0, "0 s"],
    [59_400, "59 s"],
    [80_000, "1 min 20 s"],
    [119_700, "2 min 0 s"],
  ])("%d ms is %s", (milliseconds, text) => expect(formatElapsed(milliseconds)).toBe(text));
});
