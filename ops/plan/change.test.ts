import type { EngineEvent } from "@pulumi/pulumi/automation";

import { PreviewReader } from "./change";

const prefix = "urn:pulumi:dev::evenkeel";
const container = "docker:index/container:Container";
let sequence = 0;

function step(op: string, type: string, name: string, sides: { old?: object; new?: object } = {}): EngineEvent {
  const side = (inputs?: object) => inputs && { type, urn: "", id: "", parent: "", inputs, outputs: {}, provider: "" };
  const urn = `${prefix}::evenkeel:infra:App$${type}::${name}`;
  const metadata = { op, urn, type, provider: "", old: side(sides.old), new: side(sides.new), diffs: ["labels"] };
  return { sequence: ++sequence, timestamp: 0, resourcePreEvent: { metadata } } as unknown as EngineEvent;
}

function read(...events: EngineEvent[]): PreviewReader {
  const reader = new PreviewReader();
  events.forEach(reader.onEvent);
  return reader;
}

describe("a preview's events", () => {
  it("give each resource's change once, and nothing of what stays, of components and of the steps of a replacement", () => {
    const reader = read(
      step("same", container, "redis"),
      step("create", "evenkeel:infra:App", "app"),
      step("create", container, "app-0123abcd-1", { new: { memory: 256 } }),
      step("delete-replaced", container, "traefik", { old: {} }),
      step("replace", container, "traefik", { old: { memory: 1 }, new: { memory: 2 } }),
      step("create-replacement", container, "traefik", { new: {} }),
      step("delete", "docker:index/volume:Volume", "redis-data", { old: {} }),
    );
    expect(reader.changes().map(({ op, kind, name, service }) => [op, kind, name, service])).toEqual([
      ["create", "Container", "app-0123abcd-1", "app"],
      ["replace", "Container", "traefik", "traefik"],
      ["delete", "Volume", "redis-data", "redis"],
    ]);
    expect(reader.changes()[1]).toMatchObject({ before: { memory: 1 }, after: { memory: 2 }, differs: ["labels"] });
  });

  it("keep no secret, neither alone nor in a list", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "x" };
    const [change] = read(step("create", container, "redis", { new: { a: "[secret]", b: [secret], c: 1 } })).changes();
    expect(change!.after).toEqual({ c: 1 });
  });

  it("give the stack's outputs as they would be, and the preview's errors without their colours", () => {
    const outputs = { type: "pulumi:pulumi:Stack", new: { outputs: { replicas: 5 } } };
    const reader = read(
      { sequence: 1, timestamp: 0, resOutputsEvent: { metadata: outputs } } as unknown as EngineEvent,
      {
        ...{ sequence: 2, timestamp: 0 },
        diagnosticEvent: { message: "<{%fg 1%}>replicas: got 0<{%reset%}>\n", color: "", severity: "error" },
      },
    );
    expect(reader.outputs()).toEqual({ replicas: 5 });
    expect(reader.errors()).toEqual(["replicas: got 0"]);
  });
});
