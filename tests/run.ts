import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { Listr } from "listr2";

import { runCommand } from "../ops/command";
import { chromium, ensureDebianProgram, ssh } from "../setup/debian-program";
import { formatElapsed } from "../setup/elapsed";
import { needsRoot } from "../setup/needs-root";
import { taskRenderer } from "../setup/progress";
import { askForPassword } from "../setup/rights";
import { loadGeneratorTask, setupTasks, workflowCheckerTasks } from "../setup/tasks";

import { sweepDeadTestStacks } from "./support/sweep";

/** How many checks of a phase passed and failed. */
interface Count {
  readonly passed: number;
  readonly failed: number;
}

interface Phase {
  readonly name: string;
  /** Whether it needs the engine, the tools and the base images. */
  readonly needsSetup: boolean;
  readonly run: () => Promise<Count>;
}

const root = join(__dirname, "..");
const results = join(root, ".evenkeel", "test-results");

const phases: readonly Phase[] = [
  { name: "typecheck", needsSetup: false, run: () => command("tsc", "--noEmit") },
  { name: "lint", needsSetup: false, run: () => command("eslint", ".") },
  { name: "format", needsSetup: false, run: () => command("prettier", "--check", ".") },
  { name: "unit", needsSetup: false, run: () => jest("unit") },
  { name: "workflows", needsSetup: false, run: workflows },
  { name: "integration", needsSetup: true, run: () => jest("integration") },
  { name: "browser", needsSetup: true, run: browser },
  { name: "e2e", needsSetup: true, run: () => stories("e2e", "--maxWorkers=2") },
  // Beside another suite, two cores are too few for what it offers; then it would say so, and nothing of the stack.
  { name: "unnoticed", needsSetup: true, run: () => stories("unnoticed", "--runInBand") },
];

/** Runs the named phases, or all, and ends with one line that counts: "N passed, N failed". */
async function test(names: readonly string[], interrupted: AbortSignal): Promise<void> {
  const chosen = names.length === 0 ? phases : phases.filter(({ name }) => names.includes(name));
  const unknown = names.filter((name) => !phases.some((phase) => phase.name === name));
  if (unknown.length > 0 || names.includes("--help")) {
    console.log(`npm test [-- phase...]; phases: ${phases.map(({ name }) => name).join(", ")}`);
    process.exit(names.includes("--help") ? 0 : 2);
  }
  if (chosen.some(({ needsSetup }) => needsSetup)) {
    askForPassword(await needsRoot(undefined));
    await new Listr([...setupTasks({ interrupted }), loadGeneratorTask({ interrupted })], taskRenderer()).run();
  }
  await mkdir(results, { recursive: true });
  const total = { passed: 0, failed: 0 };
  for (const { name, run } of chosen) {
    interrupted.throwIfAborted();
    const started = Date.now();
    console.log(`\n== ${name}`);
    const { passed, failed } = await run();
    total.passed += passed;
    total.failed += failed;
    console.log(`== ${name}: ${failed === 0 ? "ok" : "FAILED"}, ${formatElapsed(Date.now() - started)}`);
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  if (total.failed > 0) process.exit(1);
}

/** The stories, with what an earlier run left swept up first, and what this one leaves when it is cut short, after. */
async function stories(project: string, ...args: string[]): Promise<Count> {
  await sweepDeadTestStacks();
  try {
    return await jest(project, ...args);
  } finally {
    await sweepDeadTestStacks();
  }
}

/** A tool that checks everything at once counts as one check. */
async function command(tool: string, ...args: string[]): Promise<Count> {
  const { exitCode } = await runTool(tool, args);
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A project of Jest's, by the counts of its own report; one that ends without a report has failed. */
async function jest(project: string, ...args: string[]): Promise<Count> {
  const file = join(results, `${project}.json`);
  const { exitCode } = await runTool("jest", [
    ...["--selectProjects", project, "--json", `--outputFile=${file}`],
    ...args,
  ]);
  const report = await readFile(file, "utf8").then(
    (text) => JSON.parse(text) as { numPassedTests: number; numFailedTests: number; numFailedTestSuites: number },
    () => ({ numPassedTests: 0, numFailedTests: 0, numFailedTestSuites: 1 }),
  );
  // A file that does not compile has failed without a test of it having run.
  const failed = Math.max(report.numFailedTests, report.numFailedTestSuites > 0 || exitCode !== 0 ? 1 : 0);
  return { passed: report.numPassedTests, failed };
}

/** The pipeline's files, by two programs that know how they are written and how they are attacked. */
async function workflows(): Promise<Count> {
  await ensureDebianProgram("test the workflows", ssh);
  await new Listr(workflowCheckerTasks(), taskRenderer()).run();
  return jest("workflows");
}

/** The page in a real browser. */
async function browser(): Promise<Count> {
  await ensureDebianProgram("test the live page", chromium);
  return jest("browser");
}

function runTool(tool: string, args: string[]) {
  return execa(tool, args, {
    cwd: root,
    preferLocal: true,
    reject: false,
    stdin: "ignore",
    // Jest prints its report to standard output with --json; the person reads standard error.
    stdout: tool === "jest" ? "ignore" : "inherit",
    stderr: "inherit",
  });
}

void runCommand((interrupted) => test(process.argv.slice(2), interrupted));
