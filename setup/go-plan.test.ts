import { SetupError } from "./errors";
import { parseGoVersion, requireGo } from "./go-plan";

const linux = { platform: "linux", arch: "x64" };

function messageOf(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(SetupError);
    return (error as Error).message;
  }
}

describe("Go for building the toolchain", () => {
  it.each([
    ["go1.26.8", [1, 26, 8]],
    ["1.25", [1, 25, 0]],
    ["go1.27rc1", [1, 27, 0]],
    ["devel", [0, 0, 0]],
  ])("reads %s", (text, parts) => expect(parseGoVersion(text)).toEqual(parts));

  it("is enough when it is as new as the modules ask, on both architectures", () => {
    expect(
      messageOf(() => requireGo({ ...linux, version: "go1.25.11", toolchain: "local" }, "1.25.11")),
    ).toBeUndefined();
    expect(messageOf(() => requireGo({ ...linux, arch: "arm64", version: "go1.30" }, "1.25.11"))).toBeUndefined();
  });

  it("may be older where it can fetch the newer one itself", () => {
    for (const toolchain of ["auto", "go1.22.0+auto", undefined]) {
      expect(messageOf(() => requireGo({ ...linux, version: "go1.22.1", toolchain }, "1.25.11"))).toBeUndefined();
    }
  });

  it.each(["local", "path", "go1.22.1", "go1.22.1+path"])("is too old with GOTOOLCHAIN=%s", (toolchain) => {
    const message = messageOf(() => requireGo({ ...linux, version: "go1.22.1", toolchain }, "1.25.11"));
    expect(message).toContain(`got:    go1.22.1 with GOTOOLCHAIN=${toolchain}`);
    expect(message).toContain("needed: Go 1.25.11 or newer");
    expect(message).toContain("export GOTOOLCHAIN=auto");
  });

  it("is too old before 1.21, which can fetch no other", () => {
    const message = messageOf(() => requireGo({ ...linux, version: "go1.19.8" }, "1.25.11"));
    expect(message).toContain("got:    go1.19.8");
    expect(message).not.toContain("GOTOOLCHAIN=auto");
  });

  it("is missing", () => {
    expect(messageOf(() => requireGo(linux, "1.25.11"))).toContain("got:    no Go on PATH");
  });

  it.each([
    ["darwin", "arm64"],
    ["linux", "ppc64"],
  ])("cannot help on %s %s", (platform, arch) => {
    expect(messageOf(() => requireGo({ platform, arch, version: "go1.30" }, "1.25.11"))).toContain(
      `got:    ${platform} on ${arch}`,
    );
  });
});
