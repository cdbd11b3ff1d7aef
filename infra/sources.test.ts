import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { compareSources, sourcesOf } from "./sources";

describe("the sources of a build", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "evenkeel-sources-"));
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function put(file: string, content: string): void {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  }

  it("are own files by their content, and packages by their version, each once", () => {
    put("app/main.ts", "hello");
    put("node_modules/pino/package.json", '{"name": "pino", "version": "10.4.0"}');
    put("node_modules/@scope/one/package.json", '{"name": "@scope/one", "version": "1.0.0"}');
    put("node_modules/pino/node_modules/ms/package.json", '{"name": "ms", "version": "2.0.0"}');
    put("node_modules/ms/package.json", '{"name": "ms", "version": "2.1.0"}');
    const files = [
      ...["app/main.ts", "node_modules/pino/index.js", "node_modules/pino/lib/a.js", "node_modules/@scope/one/x.js"],
      ...["node_modules/pino/node_modules/ms/index.js", "node_modules/ms/index.js", "(disabled):fs"],
    ];
    expect(sourcesOf(root, files)).toEqual({
      "app/main.ts": "2cf24dba",
      "npm:@scope/one": "1.0.0",
      "npm:ms": "2.0.0, 2.1.0",
      "npm:pino": "10.4.0",
    });
  });

  it("differ by file, and by version", () => {
    const before = { "app/a.ts": "1", "app/b.ts": "1", "npm:ms": "2.0.0", "npm:old": "1.0.0" };
    const after = { "app/b.ts": "2", "app/c.ts": "1", "npm:ms": "2.1.0", "npm:new": "1.0.0" };
    expect(compareSources(before, after)).toEqual([
      { what: "app/a.ts", how: "removed" },
      { what: "app/b.ts", how: "changed" },
      { what: "app/c.ts", how: "added" },
      { what: "npm:ms", how: "changed", from: "2.0.0", to: "2.1.0" },
      { what: "npm:new", how: "added", from: undefined, to: "1.0.0" },
      { what: "npm:old", how: "removed", from: "1.0.0", to: undefined },
    ]);
    expect(compareSources(before, before)).toEqual([]);
  });
});
