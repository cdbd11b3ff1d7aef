import fs, {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

import { BundleCache } from "./bundle-cache";

const hourMs = 3_600_000;

describe("a kept bundle", () => {
  let root: string;
  let builds: number;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "evenkeel-cache-"));
    builds = 0;
    put("package.json", "{}");
    put("node_modules/.package-lock.json", "{}");
    put("node_modules/greet/package.json", '{"version": "1.0.0"}');
    put("node_modules/greet/index.js", "hello");
    put("app/main.ts", "main");
    put("app/routes/home.ts", "home");
    // The files come to rest: what was written a moment ago could be written again unseen, in the same tick of the kernel's clock.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    jest.useFakeTimers({ now: Date.now() + hourMs });
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
    rmSync(root, { recursive: true, force: true });
  });

  function put(file: string, content: string): void {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  }

  const files = ["app/main.ts", "app/routes/home.ts", "node_modules/greet/index.js"];
  const cacheFolder = () => join(root, ".evenkeel", "bundles");

  /** One run of the program; "builds" it by joining its files. */
  function run(recipe = "recipe", folder = cacheFolder()): string {
    return new BundleCache(root, folder)
      .get("app", recipe, () => {
        builds += 1;
        return {
          text: files.map((file) => readFileSync(join(root, file), "utf8")).join(" "),
          files,
          sources: { built: "once" },
        };
      })
      .text();
  }

  it("is used again while nothing changes", () => {
    expect([run(), run(), run()]).toEqual(Array(3).fill("main home hello"));
    expect(builds).toBe(1);
  });

  /** Inputs that a run reads. */
  function readBy(work: () => void): string[] {
    const reads = jest.spyOn(fs, "readFileSync");
    work();
    const paths = reads.mock.calls.map(([path]) => relative(root, String(path)));
    return paths.filter((path) => !path.startsWith(".evenkeel"));
  }

  it("is found good without a look into files that lie as they lay", () => {
    run();
    expect(readBy(() => run())).toEqual([]);
  });

  it("is found good in a copy by what is in its files, once", () => {
    run();
    put("app/main.ts", "main");
    jest.setSystemTime(Date.now() + hourMs);
    expect(readBy(() => run())).toEqual(["app/main.ts"]);
    jest.restoreAllMocks();
    expect(readBy(() => run())).toEqual([]);
    expect(builds).toBe(1);
  });

  it("is found good by what is in a file as long as that has changed just now", () => {
    run();
    jest.useRealTimers();
    put("app/main.ts", "main");
    expect(readBy(() => run())).toContain("app/main.ts");
    jest.restoreAllMocks();
    expect(readBy(() => run())).toContain("app/main.ts");
    expect(builds).toBe(1);
  });

  it("has a text of its own where another run has changed it, or none", () => {
    const cache = new BundleCache(root, cacheFolder());
    const made = (text: string) => cache.get("app", "recipe", () => ({ text, files, sources: {} }));
    made("first");
    const kept = made("never made");
    writeFileSync(join(cacheFolder(), "app.js"), "second");
    expect(() => kept.text()).toThrow("The sources of app changed while they were read: run this again.");
  });

  it("is given up for an edit, though the file's size and times are the old ones", () => {
    const file = join(root, "app/routes/home.ts");
    utimesSync(file, 1, 1);
    run();
    writeFileSync(file, "HOME");
    utimesSync(file, 1, 1);
    expect(run()).toBe("main HOME hello");
  });

  it("is given up for a dependency whose code changed, also by hand", () => {
    run();
    put("node_modules/greet/index.js", "goodbye");
    expect(run()).toBe("main home goodbye");
  });

  it.each([
    ["another way of building", () => undefined, "other recipe"],
    ["a package.json beside or above", () => put("package.json", '{"sideEffects": false}'), "recipe"],
    ["a dependency's package.json", () => put("node_modules/greet/package.json", '{"main": "x"}'), "recipe"],
    ["a tsconfig.json that appears", () => put("app/tsconfig.json", "{}"), "recipe"],
    ["a file that may win an import", () => put("app/routes/home.tsx", "other"), "recipe"],
    ["a folder that may win an import", () => put("app/node_modules/greet/index.js", "nearer"), "recipe"],
    ["a package nested in a dependency", () => put("node_modules/greet/node_modules/x/index.js", "x"), "recipe"],
    ["npm having installed something", () => put("node_modules/.package-lock.json", "{ }"), "recipe"],
    ["a removed file", () => rmSync(join(root, "node_modules/greet/package.json")), "recipe"],
  ])("is given up for %s", (_, change, recipe) => {
    run();
    change();
    run(recipe);
    expect(builds).toBe(2);
  });

  it("is used again beside new notes, settings and drafts", () => {
    run();
    for (const file of ["Pulumi.dev.yaml", "notes.md", "app/.main.ts.swp", "debug.log"]) put(file, "x");
    run();
    expect(builds).toBe(1);
  });

  it("is used where node_modules is a link", () => {
    renameSync(join(root, "node_modules"), join(root, "elsewhere"));
    symlinkSync(join(root, "elsewhere"), join(root, "node_modules"));
    run();
    run();
    expect(builds).toBe(1);
    put("elsewhere/greet/index.js", "goodbye");
    expect(run()).toBe("main home goodbye");
  });

  it("is not made of files that changed while or just before it was built", () => {
    jest.useRealTimers();
    run();
    expect(run()).toBe("main home hello");
    expect(builds).toBe(2);
  });

  it.each([
    ["cut short", (content: string) => content.slice(0, -1)],
    ["emptied", () => ""],
    ["of another build", (content: string) => content.replace("home", "HOME")],
  ])("is built anew when a file of the cache is %s", (_, spoil) => {
    run();
    for (const file of readdirSync(cacheFolder())) {
      const path = join(cacheFolder(), file);
      const good = readFileSync(path, "utf8");
      writeFileSync(path, spoil(good));
      expect(run()).toBe("main home hello");
    }
    expect(builds).toBeGreaterThan(1);
  });

  it("costs only time where it can not be written", () => {
    put("occupied", "a file, not a folder");
    expect([run("recipe", join(root, "occupied")), run("recipe", join(root, "occupied"))]).toEqual(
      Array(2).fill("main home hello"),
    );
    expect(builds).toBe(2);
  });

  it("leaves no drafts", () => {
    run();
    expect(readdirSync(cacheFolder()).sort()).toEqual(["app.js", "app.json"]);
  });
});
