import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { rules } from "./rules";
import { readWorkflow } from "./workflow";

const folder = join(__dirname, "..", "..", ".github", "workflows");
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const files = readdirSync(folder);

const checkout = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2";

/** For each rule: a workflow of this project, and the edit that has to break that rule and no other. */
const edits: readonly [rule: string, file: string, from: string | RegExp, to: string][] = [
  ["an action of anybody but GitHub", "drift.yml", "actions/setup-node@", "acme/setup-node@"],
  ["an action that is not pinned", "preview.yml", checkout, "actions/checkout@v6 # v6.0.2"],
  ["a pin that does not say which version it is", "deploy.yml", checkout, checkout.replace(/ #.*/, "")],
  [
    "an expression inside a script",
    "deploy.yml",
    'npm run up -- --stack "$STACK"',
    "npm run up -- --stack ${{ matrix.stack }}",
  ],
  ["permissions for every job", "drift.yml", "\npermissions: {}\n", "\npermissions:\n  contents: read\n"],
  ["permissions for every job", "drift.yml", "\npermissions: {}\n", "\n"],
  [
    "a job that does not name its permissions, or may write more than it needs",
    "deploy.yml",
    "contents: read",
    "contents: write",
  ],
  [
    "a job that does not name its permissions, or may write more than it needs",
    "deploy.yml",
    "    permissions:\n      contents: read\n",
    "",
  ],
  [
    "a job that does not name its permissions, or may write more than it needs",
    "deploy.yml",
    "permissions:\n      contents: read\n",
    "permissions: write-all\n",
  ],
  ["a token that stays in the clone", "drift.yml", "persist-credentials: false", "persist-credentials: true"],
  ["a token that stays in the clone", "drift.yml", "        with:\n          persist-credentials: false\n", ""],
  [
    "a trigger that strangers pull with the project's secrets",
    "deploy.yml",
    "  workflow_dispatch:",
    "  issue_comment:",
  ],
  [
    "a secret, or a token that writes, for a fork's pull request",
    "preview.yml",
    /github\.event\S+ == github\.repository &&/,
    "",
  ],
  [
    "a secret, or a token that writes, for a fork's pull request",
    "preview.yml",
    "== github.repository &&",
    "== github.repository ||",
  ],
  [
    "a secret that more than one step gets",
    "deploy.yml",
    "      STACK: ${{ matrix.stack }}\n",
    "      STACK: ${{ matrix.stack }}\n      KEY: ${{ secrets.SSH_PRIVATE_KEY }}\n",
  ],
  [
    "a secret in what npm packages run while they are installed",
    "deploy.yml",
    "- run: npm ci\n",
    "- run: npm ci\n        env:\n          TOKEN: ${{ secrets.PULUMI_ACCESS_TOKEN }}\n",
  ],
  ["a job without a time-out", "deploy.yml", /\n +timeout-minutes: \d+/, ""],
  ["two runs of one stack at a time", "deploy.yml", "group: evenkeel-${{ matrix.stack }}", "group: ${{ github.sha }}"],
  ["a deployment that is cut off", "deploy.yml", "cancel-in-progress: false", "cancel-in-progress: true"],
  ["a deployment without the plan's check in front", "deploy.yml", "npm run -s plan", "npm run -s check"],
  [
    "a deployment without the plan's check in front",
    "deploy.yml",
    "- name: Up\n",
    "- name: Up\n        if: always()\n",
  ],
];

describe("the rules", () => {
  it("read the workflows that there are", () => {
    expect(files).toEqual(["deploy.yml", "drift.yml", "preview.yml"]);
  });

  it.each(files)("find nothing in %s", (file) => {
    const workflow = readWorkflow(read(file));
    const findings = rules.flatMap(({ name, find }) => find(workflow).map((where) => `${name}: ${where}`));
    expect(findings).toEqual([]);
  });

  it.each(edits)("forbid %s (%s with %j replaced)", (rule, file, from, to) => {
    const before = read(file);
    const after = before.replace(from, () => to);
    expect(after).not.toBe(before);
    const workflow = readWorkflow(after);
    const broken = rules.filter(({ find }) => find(workflow).length > 0).map(({ name }) => name);
    expect(broken).toEqual([rule]);
  });

  it("forbid pull_request_target", () => {
    const workflow = readWorkflow(read("preview.yml").replace("pull_request:\n", "pull_request_target:\n"));
    expect(rules.flatMap(({ find }) => find(workflow))).toEqual(["pull_request_target"]);
  });

  it("are each shown to fail", () => {
    const shown = new Set(edits.map(([rule]) => rule));
    expect(rules.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
  });
});
