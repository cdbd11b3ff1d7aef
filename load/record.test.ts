import { parseLine } from "./record";

describe("a line of k6's console", () => {
  it("is a visit with what it was told", () => {
    expect(parseLine("kept\t7\thome\t20.500\t22.250\t200\t0\tapp-a-1\ta\t1\t3,12,400\t")).toEqual({
      type: "request",
      record: {
        ...{ scenario: "kept", index: 7, kind: "home", start: 20.5, end: 22.25, status: 200 },
        ...{ replica: "app-a-1", revision: "a", opened: true, error: "" },
        visit: { session: 3, sessionCount: 12, globalCount: 400 },
      },
    });
  });

  it.each([
    ["1212", "dial: connection refused", "connection refused"],
    ["1050", "request timeout", "time-out"],
    [
      "1000",
      'Get "http://127.0.0.1:80/": read tcp 127.0.0.1:40000->127.0.0.1:80: EOF',
      "Get <url>: read tcp <address>-><address>: EOF",
    ],
    ["1999", "", "error 1999"],
  ])("names why there was no answer: %s", (code, text, error) => {
    const line = parseLine(`fresh\t0\tget\t1\t2\t0\t${code}\t\t\t1\t\t${text}`);
    expect(line).toMatchObject({ record: { status: 0, error } });
  });

  it("is the clock, or an arrival that sent nothing", () => {
    expect(parseLine("clock\t1000.5")).toEqual({ type: "clock", began: 1000.5 });
    expect(parseLine("skip\tkept\t12")).toEqual({ type: "skip", scenario: "kept", index: 12 });
  });

  it("is refused when it is none of these: nothing is left out silently", () => {
    expect(() => parseLine("hello")).toThrow("k6 wrote what is no record: hello");
  });
});
