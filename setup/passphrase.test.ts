import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ensurePassphrase } from "./passphrase";

describe("the passphrase", () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "evenkeel-pass-"))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("is made once, for its user's eyes only, and never replaced", async () => {
    const file = join(folder, "home", "passphrase");
    const made = await Promise.all([1, 2, 3].map(() => ensurePassphrase(file)));
    expect(made.filter(Boolean)).toHaveLength(1);
    const text = await readFile(file, "utf8");
    expect(text).toMatch(/^[\w-]{43}\n$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await ensurePassphrase(file)).toBe(false);
    expect(await readFile(file, "utf8")).toBe(text);
    expect(await readdir(join(folder, "home"))).toEqual(["passphrase"]);
  });
});
