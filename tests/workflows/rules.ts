import { Job, Step, Workflow } from "./workflow";

/** What a rule finds wrong: a line each. */
type Findings = string[];

/** A rule over one workflow. Pure. */
export interface Rule {
  readonly name: string;
  readonly find: (workflow: Workflow) => Findings;
}

const eachJob = (find: (job: Job, name: string, workflow: Workflow) => Findings) => (workflow: Workflow) =>
  workflow.jobs.flatMap(([name, job]) => find(job, name, workflow));

const eachStep = (find: (step: Step, where: string) => Findings) =>
  eachJob((job, name) =>
    (job.steps ?? []).flatMap((step, at) => find(step, `${name}: ${step.name ?? step.uses ?? `step ${at + 1}`}`)),
  );

const when = (wrong: boolean, finding: string): Findings => (wrong ? [finding] : []);

/** What somebody outside decides, or what runs with the base's secrets on their text. */
const dangerous = [
  "pull_request_target",
  "workflow_run",
  "issue_comment",
  "issues",
  "discussion",
  "discussion_comment",
];

/** What no job here has a reason to write to. */
const writable: Readonly<Record<string, readonly string[]>> = { plan: ["pull-requests"] };

/** A line of a script that changes a stack. */
const deploying = /^\s*(npm run (-s )?(up|rollback|down)|pulumi (up|destroy))\b/m;

const sameRepository = "github.event.pull_request.head.repo.full_name == github.repository";

/** The rules that the project's workflows keep, by the name of what each forbids. */
export const rules: readonly Rule[] = [
  {
    name: "an action of anybody but GitHub",
    find: eachStep(({ uses }, where) =>
      when(uses !== undefined && !/^actions\/[\w-]+@/.test(uses), `${where}: ${uses}`),
    ),
  },
  {
    name: "an action that is not pinned",
    find: eachStep(({ uses }, where) => when(uses !== undefined && !/@[0-9a-f]{40}$/.test(uses), `${where}: ${uses}`)),
  },
  {
    name: "a pin that does not say which version it is",
    find: ({ text }) =>
      text
        .split("\n")
        .filter((line) => /^\s*(- )?uses:/.test(line) && !/@\S+ # v\d+\.\d+\.\d+$/.test(line))
        .map((line) => line.trim()),
  },
  {
    // Not even a value that is trusted today: whoever edits it later may not think of it.
    name: "an expression inside a script",
    find: eachStep(({ run }, where) => when(run?.includes("${{") === true, where)),
  },
  {
    name: "permissions for every job",
    find: ({ permissions }) =>
      when(typeof permissions !== "object" || Object.keys(permissions ?? { none: "" }).length > 0, "top level"),
  },
  {
    name: "a job that does not name its permissions, or may write more than it needs",
    find: eachJob(({ permissions }, name) => {
      if (permissions === undefined || typeof permissions === "string")
        return [`${name}: ${permissions ?? "none named"}`];
      return Object.entries(permissions)
        .filter(([scope, level]) => level !== "read" && level !== "none" && !writable[name]?.includes(scope))
        .map(([scope, level]) => `${name}: ${scope}: ${level}`);
    }),
  },
  {
    name: "a token that stays in the clone",
    find: eachStep(({ uses, with: options }, where) =>
      when(uses?.startsWith("actions/checkout@") === true && options?.["persist-credentials"] !== false, where),
    ),
  },
  {
    name: "a trigger that strangers pull with the project's secrets",
    find: ({ triggers }) => triggers.filter((trigger) => dangerous.includes(trigger)),
  },
  {
    name: "a secret, or a token that writes, for a fork's pull request",
    find: eachJob((job, name, { triggers }) => {
      const precious =
        JSON.stringify(job).includes("secrets") || JSON.stringify(job.permissions ?? {}).includes("write");
      const kept = job.if?.includes("||") === false && job.if.includes(sameRepository);
      return when(triggers.includes("pull_request") && precious && !kept, name);
    }),
  },
  {
    name: "a secret that more than one step gets",
    find: ({ env, jobs }) => [
      ...when(/secrets\.|github\.token/.test(JSON.stringify(env ?? {})), "top level"),
      ...jobs.flatMap(([name, job]) =>
        when(/secrets\.|github\.token/.test(JSON.stringify(job.env ?? {})) || job.secrets !== undefined, name),
      ),
    ],
  },
  {
    name: "a secret in what npm packages run while they are installed",
    find: eachStep(({ run, env }, where) =>
      when(/\bnpm (ci|install)\b/.test(run ?? "") && /secrets\.|github\.token/.test(JSON.stringify(env ?? {})), where),
    ),
  },
  {
    name: "a job without a time-out",
    find: eachJob((job, name) => when(!((job["timeout-minutes"] ?? Infinity) <= 60), name)),
  },
  {
    name: "two runs of one stack at a time",
    find: eachJob(({ concurrency, env }, name) =>
      when(env?.STACK !== undefined && !concurrency?.group.includes("${{ matrix.stack }}"), name),
    ),
  },
  {
    name: "a deployment that is cut off",
    find: eachJob(({ concurrency, steps }, name) => {
      const deploys = (steps ?? []).some(({ run }) => deploying.test(run ?? ""));
      return when(deploys && concurrency?.["cancel-in-progress"] !== false, name);
    }),
  },
  {
    name: "a deployment without the plan's check in front",
    find: eachJob(({ steps = [] }, name) => {
      const up = steps.findIndex(({ run }) => deploying.test(run ?? ""));
      const plan = steps.findIndex(({ run }) => /\bnpm run -s plan\b/.test(run ?? ""));
      return when(up >= 0 && (plan < 0 || plan > up || steps[up]!.if !== undefined), name);
    }),
  },
];
