import { checkOptions, isLoopback } from "./options";

const url = "http://127.0.0.1:8080";

describe("the options of a load", () => {
  it("get the mix's defaults", () => {
    expect(checkOptions({ url, rate: 800 })).toEqual({
      ...{ url, rate: 800, mix: "mixed", path: "/", durationSeconds: 3600, timeoutSeconds: 10 },
      ...{ sessions: 50, fresh: 0.05, sse: 4, ws: 4, allowRemote: false },
    });
    expect(checkOptions({ url, rate: 1, mix: "get", sse: undefined })).toMatchObject({ sse: 0, ws: 0 });
  });

  it("are all named when they are wrong, with what is allowed", () => {
    const wrong = {
      url: "http://10.0.0.1",
      rate: 0,
      durationSeconds: 3601,
      fresh: 2,
      mix: "luck" as "mixed",
      path: "x",
    };
    expect(() => checkOptions(wrong)).toThrow(
      [
        "cannot offer this load",
        '  got:    mix: got "luck", allowed: mixed, get, path',
        "          rate: got 0, allowed: a whole number from 1 to 20000",
        "          durationSeconds: got 3601, allowed: a whole number from 1 to 3600",
        "          fresh: got 2, allowed: a number from 0 to 1",
        '          path: got "x", allowed: a path, as "/products"',
        "          url: got 10.0.0.1, allowed: this machine (127.0.0.1, localhost), unless you say --allow-remote",
        "  needed: options within these bounds; nothing was sent",
        "  mend:   npm run load -- --help",
      ].join("\n"),
    );
  });

  it.each([NaN, 1.5, -1, 20_001, "800" as unknown as number])("refuse a rate of %s", (rate) => {
    expect(() => checkOptions({ url, rate })).toThrow(/rate: got/);
  });

  it.each(["127.0.0.1:80", "http://", "ftp://127.0.0.1", "http://127.0.0.1/path", "http://127.0.0.1/?a"])(
    "refuse %s as a url",
    (wrong) => {
      expect(() => checkOptions({ url: wrong, rate: 1 })).toThrow(/url: got/);
    },
  );

  it("take another machine only when told to", () => {
    const remote = { url: "http://app.example:8080", rate: 1 };
    expect(() => checkOptions(remote)).toThrow(/--allow-remote/);
    expect(checkOptions({ ...remote, allowRemote: true }).url).toBe("http://app.example:8080");
  });

  it.each([
    ["localhost", true],
    ["127.8.9.1", true],
    ["[::1]", true],
    ["0.0.0.0", false],
    ["127.0.0.1.example", false],
    ["localhost.example", false],
    ["192.168.1.1", false],
  ])("know whether %s is this machine: %s", (host, is) => {
    expect(isLoopback(host)).toBe(is);
  });
});
