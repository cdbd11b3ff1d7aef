import { requireListed } from "./release";

const hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

describe("a downloaded archive", () => {
  it("passes when the release lists it with its checksum", () => {
    expect(() => requireListed(Buffer.from("hello"), "k6.tar.gz", `aa  other\n${hello}  k6.tar.gz\n`)).not.toThrow();
  });

  it.each([
    ["another file's", `${hello}  other.tar.gz`],
    ["another", `${"a".repeat(64)}  k6.tar.gz`],
    ["no", ""],
  ])("is refused with %s checksum", (_, sums) => {
    expect(() => requireListed(Buffer.from("hello"), "k6.tar.gz", sums)).toThrow(
      /check k6.tar.gz: its SHA-256 is 2cf2/,
    );
  });
});
