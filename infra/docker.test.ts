import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Docker } from "./docker";

let folder: string;
const path = process.env.PATH;

/** Puts a program named docker in front of the real one. */
async function dockerThat(does: string): Promise<void> {
  await writeFile(join(folder, "docker"), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
  process.env.PATH = `${folder}:${path}`;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "evenkeel-docker-"));
});

afterEach(async () => {
  process.env.PATH = path;
  await rm(folder, { recursive: true });
});

describe("a docker command", () => {
  it("answers with its standard output alone: a warning beside it is no part of the answer", async () => {
    await dockerThat(`echo "WARNING: something" >&2; echo '{"a":1}'`);
    expect(JSON.parse(await new Docker().run("inspect", "x"))).toEqual({ a: 1 });
  });

  it("gives a log's lines from both streams", async () => {
    await dockerThat(`echo "$*"; echo "an error" >&2`);
    expect(await new Docker().log("app-1", 10)).toBe("logs --tail 10 app-1\nan error\n");
  });

  it("gives the lines that were the last at a moment, though newer ones came", async () => {
    await dockerThat(`case "$*" in "logs --tail 1002 --until 17.000000005 app-1") seq 20; echo "an error" >&2;; esac`);
    expect(await new Docker().log("app-1", 2, "17.000000005")).toBe("19\n20\nan error\n");
  });

  it("goes to the engine that is named", async () => {
    await dockerThat(`echo "$*"`);
    expect(await new Docker("ssh://me@there").run("ps")).toBe("--host ssh://me@there ps\n");
  });

  it("says what it said when it fails, and what to do where there is none", async () => {
    await dockerThat(`echo "no such container: x" >&2; exit 1`);
    await expect(new Docker().run("stop", "x")).rejects.toThrow("docker stop: no such container: x");
    process.env.PATH = folder;
    await rm(join(folder, "docker"));
    await expect(new Docker().run("ps")).rejects.toThrow("npm run setup installs it");
  });

  it("is given up when it takes longer than it may", async () => {
    await dockerThat("exec sleep 30");
    await expect(new Docker(undefined, 0.2).run("ps")).rejects.toThrow("docker ps: no answer within 0.2 s");
  });
});
