import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

const root = join(__dirname, "..", "..");

interface Project {
  readonly runtime: { readonly options: { readonly nodeargs: string } };
}

const { nodeargs } = (parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as Project).runtime.options;

describe("what Node.js loads before Pulumi's SDK", () => {
  // The host starts Node.js in one of them, which one depends on the host's version.
  it.each(["the project's folder", "the program's folder"])("is found from %s", (which) => {
    const cwd = which === "the project's folder" ? root : join(root, "infra");
    const script = "console.log(Object.keys(require.cache).join())";
    const files = execFileSync(process.execPath, [...nodeargs.split(" "), "-e", script], { cwd, encoding: "utf8" });
    for (const file of ["preload", "lazy-sdk", "stack-traces"]) {
      expect(files).toContain(join(root, "infra", "loading", `${file}.cjs`));
    }
  });
});
