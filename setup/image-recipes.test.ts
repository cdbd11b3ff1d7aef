import { readFileSync } from "node:fs";

import { finishScript, hasVersion } from "./base-images";
import {
  busyboxImage,
  imageRecipes,
  imageTag,
  importChanges,
  officialDockerfile,
  officialImages,
  recipeHash,
} from "./image-recipes";
import { mmdebstrapArguments } from "./image-root";
import { versions } from "./versions";

const recipe = (name: string) => imageRecipes.find((one) => one.name === name)!;

describe("base images", () => {
  it("are the four that the stack uses, by their pinned versions", () => {
    expect(imageRecipes.map(imageTag).sort()).toEqual([
      `evenkeel/haproxy:${versions.haproxy}`,
      `evenkeel/node:${versions.node}`,
      `evenkeel/redis:${versions.redis}`,
      `evenkeel/traefik:${versions.traefik}`,
    ]);
  });

  it("behave alike, whichever way they are made", () => {
    for (const one of imageRecipes) {
      const lines = officialDockerfile(one).trim().split("\n");
      const changes = importChanges(one).filter((part) => part !== "--change");
      expect(lines.slice(-changes.length)).toEqual(changes);
      expect(changes).toContain(`LABEL evenkeel.base=${one.name}`);
    }
  });

  it("take only a static busybox from elsewhere, and for Node.js the certificates", () => {
    expect(officialImages(recipe("redis"))).toEqual([`redis:${versions.redis}-bookworm`, busyboxImage]);
    expect(officialImages(recipe("node"))).toEqual([
      `node:${versions.node}-bookworm-slim`,
      busyboxImage,
      `traefik:v${versions.traefik}`,
    ]);
  });

  it("are made again when their recipe changes, and only then", () => {
    const finish = readFileSync(finishScript, "utf8");
    const redis = recipe("redis");
    const hash = recipeHash(redis, "built", finish);
    expect(recipeHash({ ...redis }, "built", finish)).toBe(hash);
    expect(recipeHash({ ...redis, packages: ["redis"] }, "built", finish)).not.toBe(hash);
    expect(recipeHash(redis, "built", `${finish}#`)).not.toBe(hash);
    expect(recipeHash(redis, "official", finish)).not.toBe(hash);
  });

  it("are unpacked for the engine's architecture, the program from elsewhere before the last hook", () => {
    const args = mmdebstrapArguments(recipe("node"), "arm64", "/s/finish.sh", "/b/node", ["A"]);
    expect(args).toContain("--architectures=arm64");
    expect(args.filter((arg) => arg.startsWith("--extract-hook="))).toEqual([
      '--extract-hook=mkdir -p "$1/usr/local/bin"',
      "--extract-hook=copy-in /b/node /usr/local/bin",
      `--extract-hook=sh '/s/finish.sh' "$1"`,
    ]);
    expect(args.slice(-2)).toEqual(["bookworm", "-"]);
  });

  it.each([
    ["Redis server v=7.0.15 sha=0", "7.0.15", true],
    ["HAProxy version 2.6.12-1+deb12u4 2026/10/17", "2.6.12", true],
    ["v20.20.2", "20.20.2", true],
    ["Version:      3.6.12\nGo version: go1.26.8", "3.6.12", true],
    ["Redis server v=7.2.1", "7.0.15", false],
    ["HAProxy version 12.6.1", "2.6.12", false],
  ])("hold the pinned version: %j", (answer, version, expected) => {
    expect(hasVersion(answer, version)).toBe(expected);
  });
});
