import { parse } from "yaml";

/** A step of a job, as far as the rules look. */
export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A job of a workflow, as far as the rules look. */
export interface Job {
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>> | string;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress"?: boolean };
  readonly "timeout-minutes"?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly secrets?: unknown;
}

/** A workflow file, parsed, with its text for what a parser drops. */
export interface Workflow {
  readonly text: string;
  readonly triggers: readonly string[];
  readonly permissions: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: readonly (readonly [string, Job])[];
}

/** Reads a workflow; throws what the parser says when it is no YAML. */
export function readWorkflow(text: string): Workflow {
  const { on, permissions, env, jobs } = parse(text);
  const triggers = typeof on === "string" ? [on] : Array.isArray(on) ? on : Object.keys(on);
  return { text, triggers, permissions, env, jobs: Object.entries(jobs) };
}
