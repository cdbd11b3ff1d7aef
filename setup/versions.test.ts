import { readFileSync } from "node:fs";
import { join } from "node:path";

import packageJson from "../package.json";
import { goPrograms } from "./go-programs";
import { versions } from "./versions";

const read = (...path: string[]) => readFileSync(join(__dirname, ...path), "utf8");

describe("versions.json", () => {
  it("names what package.json pins", () => {
    expect(packageJson.dependencies["@pulumi/docker"]).toBe(versions.pulumiDocker);
    expect(packageJson.dependencies["@pulumi/random"]).toBe(versions.pulumiRandom);
    expect(packageJson.devDependencies.pulumi).toBe(versions.pulumi);
  });

  it.each([
    ["pulumi", `github.com/pulumi/pulumi/pkg/v3 v${versions.pulumi}`],
    ["language-nodejs", `github.com/pulumi/pulumi/sdk/v3 v${versions.pulumiLanguageNodejs}`],
    ["k6", `go.k6.io/k6 v${versions.k6}`],
    ["actionlint", `github.com/rhysd/actionlint v${versions.actionlint}`],
    ["traefik", `github.com/traefik/traefik/v3 v${versions.traefik}`],
  ])("names what %s's go.mod pins", (folder, line) => {
    expect(read("go", folder, "go.mod").split("\n")).toContainEqual(
      expect.stringMatching(new RegExp(`^\\s*(require )?${line}( // indirect)?$`)),
    );
  });

  it.each(["x64", "arm64"])("names what the lock of the %s Node.js package pins, with a checksum", (cpu) => {
    const lock = JSON.parse(read("npm", `node-${cpu}`, "package-lock.json"));
    const node = lock.packages[`node_modules/node-linux-${cpu}`];
    expect(node.version).toBe(versions.node);
    expect(node.integrity).toMatch(/^sha512-/);
  });

  it("names what the list of Python packages pins, with checksums", () => {
    const lines = read("python", "zizmor.txt").split("\n");
    expect(lines).toContain(`zizmor==${versions.zizmor} \\`);
    expect(lines.filter((line) => /^ {4}--hash=sha256:[0-9a-f]{64}( \\)?$/.test(line)).length).toBeGreaterThan(1);
  });

  it("comes with checksums for every Go program", () => {
    for (const { folder, upstream } of goPrograms) {
      expect(read("go", folder, "go.sum").length).toBeGreaterThan(1000);
      if (upstream) expect(JSON.parse(read("go", folder, "upstream.json")).sum).toMatch(/^h1:/);
    }
  });
});
