import type { EngineEvent } from "@pulumi/pulumi/automation";

import { UpdateProgress } from "./update-progress";

const urn = (type: string, name: string) => `urn:pulumi:dev::evenkeel::evenkeel:infra:App$${type}::${name}`;
const container = (name: string) => urn("docker:index/container:Container", name);
const pre = (op: string, of: string) => ({ resourcePreEvent: { metadata: { op, urn: of } } }) as unknown as EngineEvent;
const post = (op: string, of: string) => ({ resOutputsEvent: { metadata: { op, urn: of } } }) as unknown as EngineEvent;
const diagnostic = (severity: string, message: string) =>
  ({ diagnosticEvent: { severity, message } }) as unknown as EngineEvent;

function progressAt() {
  const clock = { now: 0 };
  const lines: string[] = [];
  const progress = new UpdateProgress(
    (line) => lines.push(line),
    () => clock.now,
  );
  return { clock, lines, progress };
}

describe("UpdateProgress", () => {
  it("prints a resource when it is done, and tells before that what is under way", () => {
    const { clock, lines, progress } = progressAt();
    progress.onEvent(pre("create", container("app-1a2b3c4d-1")));
    clock.now = 2_500;
    expect(progress.underWay()).toBe("creating app-1a2b3c4d-1 (3 s)");
    progress.onEvent(post("create", container("app-1a2b3c4d-1")));
    expect([lines, progress.underWay()]).toEqual([["created app-1a2b3c4d-1 (2.5 s)"], ""]);
  });

  it("says nothing of components, of the stack, and of what stays", () => {
    const { lines, progress } = progressAt();
    for (const [op, of] of [
      ["create", urn("evenkeel:infra:ReplicatedService", "app")],
      ["create", "urn:pulumi:dev::evenkeel::pulumi:pulumi:Stack::evenkeel-dev"],
      ["same", container("redis")],
    ] as const) {
      progress.onEvent(pre(op, of));
      progress.onEvent(post(op, of));
    }
    expect([lines, progress.underWay()]).toEqual([[], ""]);
  });

  it("keeps each error once, without colours", () => {
    const { progress } = progressAt();
    progress.onEvent(diagnostic("error", "<{%reset%}>port is taken<{%reset%}>\n"));
    progress.onEvent(diagnostic("error", "port is taken"));
    progress.onEvent(diagnostic("warning", "something else"));
    expect(progress.errors()).toEqual(["port is taken"]);
  });
});
