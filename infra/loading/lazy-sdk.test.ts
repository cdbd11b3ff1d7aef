import { execFileSync } from "node:child_process";
import { join } from "node:path";

const lazySdk = join(__dirname, "lazy-sdk.cjs");

/** Runs a script in a Node.js process of its own, for it changes how modules are loaded; its last expression is the answer. */
function answer(script: string): unknown {
  const text = `require(${JSON.stringify(lazySdk)}).install(); console.log(JSON.stringify((() => {${script}})()))`;
  return JSON.parse(execFileSync(process.execPath, ["-e", text], { cwd: __dirname, encoding: "utf8", stdio: "pipe" }));
}

const loaded = `
  const sdk = require("@pulumi/pulumi");
  const is = (part) => Object.keys(require.cache).some((file) => file.includes("/node_modules/" + part + "/"));`;

describe("Pulumi's SDK", () => {
  it("loads neither compiler nor dependency solver nor Automation API at start", () => {
    const parts = ["typescript/lib", "@npmcli/arborist", "normalize-package-data", "@pulumi/pulumi/automation"];
    expect(answer(`${loaded} return ${JSON.stringify(parts)}.map(is);`)).toEqual([false, false, false, false]);
  });

  it("starts a program with neither exporters of traces nor maps of its own sources", () => {
    const parts = ["@opentelemetry/sdk-trace-node", "@opentelemetry/exporter-zipkin", "source-map-support"];
    const start =
      'process.argv = ["node"]; process.exit = () => {}; require("@pulumi/pulumi/cmd/run/index.js"); require("@pulumi/pulumi/cmd/run/tracing.js");';
    expect(answer(`${start} ${loaded} return ${JSON.stringify(parts)}.map(is);`)).toEqual([false, false, false]);
  });

  it("still sends traces where somebody wants them", () => {
    const start = 'require("@pulumi/pulumi/cmd/run/tracing.js").start("http://127.0.0.1:9/api/v2/spans");';
    expect(answer(`${start} ${loaded} return is("@opentelemetry/exporter-zipkin");`)).toBe(true);
  });

  it("loads them when they are used", () => {
    expect(
      answer(`${loaded} return [typeof sdk.automation.LocalWorkspace.create, is("@pulumi/pulumi/automation")];`),
    ).toEqual(["function", true]);
    expect(answer(`${loaded} return [typeof sdk.dynamic.Resource, typeof sdk.provider.main];`)).toEqual([
      "function",
      "function",
    ]);
  });

  it("still serialises functions, which takes the compiler", () => {
    const text = execFileSync(
      process.execPath,
      [
        "-e",
        `require(${JSON.stringify(lazySdk)}).install();
         require("@pulumi/pulumi").runtime.serializeFunction(() => 1 + 41).then(({ text }) => console.log(text))`,
      ],
      { cwd: __dirname, encoding: "utf8" },
    );
    expect(text).toContain("1 + 41");
  });
});
