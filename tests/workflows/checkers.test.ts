import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { homePaths } from "../../setup/home";
import { actionlintPath, zizmorPath } from "../../setup/workflow-checkers";

const folder = join(__dirname, "..", "..", ".github", "workflows");
const names = ["preview.yml", "deploy.yml", "drift.yml"];
const home = homePaths();

jest.setTimeout(60_000);

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "evenkeel-workflows-"));
  mkdirSync(join(scratch, ".github"));
  cpSync(folder, join(scratch, ".github", "workflows"), { recursive: true });
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

function edit(name: string, from: string, to: string): void {
  const file = join(scratch, ".github", "workflows", name);
  const before = readFileSync(file, "utf8");
  const after = before.replace(from, () => to);
  expect(after).not.toBe(before);
  writeFileSync(file, after);
}

const check = (file: string, args: string[]) =>
  execa(file, args, { cwd: scratch, reject: false, all: true, env: { NO_COLOR: "1" } });

describe("actionlint", () => {
  // Whether shellcheck and pyflakes are there differs from machine to machine; what they say with it.
  const lint = async () =>
    check(actionlintPath(home), [
      "-no-color",
      "-shellcheck=",
      "-pyflakes=",
      ...names.map((name) => join(".github", "workflows", name)),
    ]);

  it("has nothing to say about the workflows", async () => {
    const { exitCode, all } = await lint();
    expect([exitCode, all]).toEqual([0, ""]);
  });

  it.each([
    [
      "a context that a place does not have",
      "deploy.yml",
      "environment: ${{ matrix.stack }}",
      "environment: ${{ steps.x }}",
    ],
    ["a step's output that nobody makes", "preview.yml", "steps.plan.outputs.code }}", "steps.planned.outputs.code }}"],
    ["a key that does not exist", "drift.yml", "timeout-minutes: 20", "timeout: 20"],
    ["a permission that does not exist", "drift.yml", "actions: read", "action: read"],
    ["a schedule that never comes", "drift.yml", "23 3 * * *", "23 25 * * *"],
  ])("finds %s", async (_, name, from, to) => {
    edit(name, from, to);
    const { exitCode, all } = await lint();
    expect(exitCode).toBe(1);
    expect(all).toContain(name);
  });
});

describe("zizmor", () => {
  /** Everything that can be told without asking GitHub; its rule about environments is the auditor persona's, and is not kept: README. */
  const audit = () =>
    check(zizmorPath(home), [
      "--offline",
      "--no-config",
      "--no-progress",
      "--persona=pedantic",
      "--strict-collection",
      ".",
    ]);

  it("has nothing to say about the workflows", async () => {
    const { exitCode, all } = await audit();
    expect([exitCode, all]).toEqual([0, expect.stringContaining("No findings to report")]);
  });

  it.each([
    ["unpinned-uses", "preview.yml", "@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2", "@v6"],
    ["template-injection", "preview.yml", "- run: npm run lint", "- run: echo ${{ github.event.pull_request.title }}"],
    ["excessive-permissions", "deploy.yml", "permissions: {}", "permissions: write-all"],
    ["artipacked", "drift.yml", "        with:\n          persist-credentials: false\n", ""],
    ["dangerous-triggers", "preview.yml", "pull_request:", "pull_request_target:"],
    [
      "secrets-inherit",
      "deploy.yml",
      "jobs:\n",
      "jobs:\n  other:\n    uses: acme/x/.github/workflows/y.yml@v1\n    secrets: inherit\n",
    ],
    [
      "concurrency-limits",
      "deploy.yml",
      "    concurrency:\n      group: evenkeel-${{ matrix.stack }}\n      cancel-in-progress: false\n",
      "",
    ],
  ])("finds %s", async (rule, name, from, to) => {
    edit(name, from, to);
    const { exitCode, all } = await audit();
    expect(exitCode).toBeGreaterThan(0);
    expect(all).toContain(`[${rule}]`);
  });
});
