import type { EngineEvent } from "@pulumi/pulumi/automation";

import { ReportedErrors } from "./reported-errors";
import { nameOf, typeOf } from "./urn";

const verbs: Readonly<Record<string, { doing: string; done: string }>> = {
  create: { doing: "creating", done: "created" },
  update: { doing: "updating", done: "updated" },
  delete: { doing: "deleting", done: "deleted" },
  "create-replacement": { doing: "replacing", done: "replaced" },
  "delete-replaced": { doing: "removing the old", done: "removed the old" },
};

/**
 * Turns an update's events into lines for a person: one when a resource is done, the errors, and on demand what is
 * under way. Components and resources that stay as they are give none.
 */
export class UpdateProgress {
  private readonly running = new Map<string, { since: number; text: string }>();
  private readonly failures = new ReportedErrors();

  /** @param print takes one line; @param now milliseconds, for the durations */
  constructor(
    private readonly print: (line: string) => void,
    private readonly now: () => number = Date.now,
  ) {}

  readonly onEvent = (event: EngineEvent): void => {
    const before = event.resourcePreEvent?.metadata;
    const after = event.resOutputsEvent?.metadata;
    if (before) this.begin(before.urn, before.op);
    if (after) this.end(after.urn, after.op);
    this.failures.onEvent(event);
  };

  /** What is under way, for a heartbeat: "creating app-1a2b3c4d-1 (12 s)"; empty when nothing is. */
  underWay(): string {
    return [...this.running.values()]
      .map(({ since, text }) => `${text} (${Math.round((this.now() - since) / 1000)} s)`)
      .join(", ");
  }

  /** The update's own errors, each once, without Pulumi's colours. */
  errors(): string[] {
    return this.failures.list();
  }

  private begin(urn: string, op: string): void {
    const verb = verbs[op];
    if (verb && isReal(urn)) this.running.set(urn, { since: this.now(), text: `${verb.doing} ${titleOf(urn)}` });
  }

  private end(urn: string, op: string): void {
    const verb = verbs[op];
    const started = this.running.get(urn);
    this.running.delete(urn);
    if (!verb || !started) return;
    this.print(`${verb.done} ${titleOf(urn)} (${((this.now() - started.since) / 1000).toFixed(1)} s)`);
  }
}

/** A resource of a provider, and no component, stack or provider itself. */
function isReal(urn: string): boolean {
  return /^(docker|random):/.test(typeOf(urn));
}

/** A container by its name alone, anything else with its kind. */
function titleOf(urn: string): string {
  const kind = typeOf(urn).split(":").pop()!;
  return kind === "Container" ? nameOf(urn) : `${kind} ${nameOf(urn)}`;
}
