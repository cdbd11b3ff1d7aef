import { execFileSync } from "node:child_process";
import { appendFile, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ensureSaltFilter, settleStackFiles } from "./git-filter";

describe("the salt filter", () => {
  let folder: string;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: folder, encoding: "utf8" });
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "evenkeel-git-"))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("keeps this machine's salt out of git status and of commits, and real edits in", async () => {
    git("init", "-q");
    await writeFile(join(folder, ".gitattributes"), "Pulumi.*.yaml filter=evenkeel-salt\n");
    await writeFile(join(folder, "Pulumi.dev.yaml"), "config:\n  a: b\n");
    git("add", ".");
    git("commit", "-qm", "start");
    expect(await ensureSaltFilter(folder)).toBe("set");
    expect(await ensureSaltFilter(folder)).toBe("there");

    const stack = join(folder, "Pulumi.dev.yaml");
    await writeFile(stack, "encryptionsalt: v1:abc=:v1:def\nconfig:\n  a: b\n");
    await settleStackFiles(folder);
    expect(git("status", "--short")).toBe("");
    await appendFile(stack, "  c: d\n");
    await settleStackFiles(folder);
    expect(git("status", "--short")).toBe(" M Pulumi.dev.yaml\n");
    git("commit", "-qam", "edit");
    await settleStackFiles(folder);
    expect(git("show", "HEAD:Pulumi.dev.yaml")).toBe("config:\n  a: b\n  c: d\n");
    expect(git("status", "--short")).toBe("");
  });

  it("settles a file that only the salt changed, and leaves a person's edit alone", async () => {
    git("init", "-q");
    await ensureSaltFilter(folder);
    await writeFile(join(folder, ".gitattributes"), "Pulumi.*.yaml filter=evenkeel-salt\n");
    const stack = join(folder, "Pulumi.dev.yaml");
    await writeFile(stack, "config:\n  a: b\n");
    // Git trusts the size it remembers only of a file that is older than its index.
    await utimes(stack, 1e9, 1e9);
    git("add", ".");
    git("commit", "-qm", "start");
    await writeFile(stack, "config:\n  a: b\nencryptionsalt: v1:abc=:v1:def\n");
    expect(git("status", "--short")).toBe(" M Pulumi.dev.yaml\n");
    await settleStackFiles(folder);
    expect(git("status", "--short")).toBe("");
    expect(git("show", ":Pulumi.dev.yaml")).toBe("config:\n  a: b\n");

    await appendFile(stack, "edited: true\n");
    await settleStackFiles(folder);
    expect(git("status", "--short")).toBe(" M Pulumi.dev.yaml\n");
  });

  it("needs no clone", async () => {
    expect(await ensureSaltFilter(folder)).toBe("no-clone");
  });
});
