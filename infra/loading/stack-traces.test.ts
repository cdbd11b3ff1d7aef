import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe("a stack trace of the program", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "evenkeel-traces-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The stack trace that a TypeScript file makes, as Pulumi's process would print it. */
  function traceOf(source: string): string {
    const file = join(folder, "program.ts");
    writeFileSync(file, source);
    const script = `
      require("source-map-support/register");
      require("tsx/cjs");
      require(${JSON.stringify(join(__dirname, "stack-traces.cjs"))}).install();
      try { require(${JSON.stringify(file)}).run(); } catch (error) { console.log(error.stack); }`;
    return execFileSync(process.execPath, ["-e", script], { cwd: __dirname, encoding: "utf8" });
  }

  it("names the lines of the TypeScript, each time the same", () => {
    const trace = traceOf(`interface Left { readonly out: true }
type Also = Left;

export function run(): Also | undefined {
  fail();
  return undefined;
}

function fail(): void {
  try {
    deeper();
  } catch {
    deeper();
  }
}

function deeper(): void {
  throw new RangeError("too far");
}
`);
    expect(trace).toMatch(/^RangeError: too far\n/);
    expect(trace).toContain("program.ts:18:9)");
    expect(trace).toContain("program.ts:13:5)");
    expect(trace).toContain("program.ts:5:3)");
  });

  it("is there for what is not an error, too", () => {
    const trace = traceOf(`export function run(): void {
  const thrown: { stack?: string } = { toString: undefined } as never;
  Error.captureStackTrace(thrown);
  throw thrown;
}
`);
    expect(trace).toContain("program.ts:3:9");
  });
});
