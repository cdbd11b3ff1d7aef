import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { builtFrom } from "./built-from";
import { countLines, goSourceHash, requireSum } from "./go-build";
import { dockerProvider, goBuildArguments } from "./go-programs";
import { homePaths } from "./home";
import { decideTool, observeTool, tools } from "./toolchain";

describe("a tool of the Pulumi toolchain", () => {
  it.each([
    ["official", true, "keep"],
    ["official", false, "keep"],
    ["built", true, "keep"],
    ["missing", true, "download"],
    ["missing", false, "build"],
    ["outdated", false, "build"],
    // A site that had to build once keeps building: no mixture of the two.
    ["outdated", true, "build"],
  ] as const)("that is %s, downloads %s: %s", (state, downloads, expected) => {
    expect(decideTool(state, downloads)).toBe(expected);
  });

  describe("in a home folder", () => {
    let root: string;
    beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), "evenkeel-home-"))));
    afterEach(() => rm(root, { recursive: true, force: true }));

    it("is told apart: missing, downloaded, built from today's sources, built from older ones", async () => {
      const home = homePaths({ EVENKEEL_HOME: root });
      const tool = tools[2]!;
      const target = tool.target(home);
      expect(target).toBe(join(root, "pulumi", "plugins", "resource-docker-v5.2.0", "pulumi-resource-docker"));
      expect(await observeTool(home, tool)).toBe("missing");
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, "#!/bin/sh\n", { mode: 0o755 });
      expect(await observeTool(home, tool)).toBe("official");
      await writeFile(builtFrom(target), await goSourceHash(tool.program));
      expect(await observeTool(home, tool)).toBe("built");
      await writeFile(builtFrom(target), "older");
      expect(await observeTool(home, tool)).toBe("outdated");
    });
  });

  it("is compiled with its version inside, from exactly what go.sum names", () => {
    expect(goBuildArguments(dockerProvider, "/out")).toEqual([
      ...["build", "-v", "-mod=readonly", "-trimpath", "-buildvcs=false", "-tags", "no_compose"],
      ...["-ldflags", "-s -w -X main.version=5.2.0", "-o", "/out", "."],
    ]);
  });

  it("is not built from a module with another checksum", () => {
    expect(() => requireSum("m@v1", "h1:a", "h1:a")).not.toThrow();
    expect(() => requireSum("m@v1", "h1:b", "h1:a")).toThrow("check m@v1: its checksum is h1:b, pinned is h1:a");
  });

  it("tells how far it is", () => {
    const said: string[] = [];
    const line = countLines({ say: (text) => void said.push(text) });
    line("go: downloading github.com/a/b v1.0.0");
    line("go: downloading github.com/a/c v1.0.0");
    line("github.com/a/b");
    line("github.com/a/c");
    expect(said).toEqual(["fetched 1 Go module", "fetched 2 Go modules", "compiled 1 package", "compiled 2 packages"]);
  });
});
