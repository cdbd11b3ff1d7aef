import type { EngineEvent } from "@pulumi/pulumi/automation";

import { ReportedErrors } from "../reported-errors";
import { isSecret } from "../revealed";
import { nameOf } from "../urn";
import { Resource, serviceOf } from "./state";

/** What a preview says of one resource of a provider. */
export interface ResourceChange {
  readonly op: "create" | "update" | "delete" | "replace";
  /** Its type's last name: Container, Volume, Network, RemoteImage, RandomPassword. */
  readonly kind: string;
  /** Its name in the program: `app-1a2b3c4d-1`. */
  readonly name: string;
  /** The part of the stack it belongs to: app, worker, redis, traefik, docker-socket, healer, network. */
  readonly service: string;
  /** Inputs before; a secret one is left out. */
  readonly before: Inputs;
  /** Inputs after; a secret one is left out. */
  readonly after: Inputs;
  /** Names of the inputs that differ, as the provider tells. */
  readonly differs: readonly string[];
}

export type Inputs = Resource["inputs"];

/** Outputs of the stack, and the changes to its resources, gathered from a preview's events in any order. */
export class PreviewReader {
  private readonly found = new Map<string, ResourceChange>();
  private stackOutputs: Readonly<Record<string, unknown>> = {};
  private readonly failures = new ReportedErrors();

  readonly onEvent = (event: EngineEvent): void => {
    const metadata = event.resourcePreEvent?.metadata;
    const outputs = event.resOutputsEvent?.metadata;
    if (metadata) {
      const change = readChange(metadata);
      if (change) this.found.set(metadata.urn, change);
    }
    if (outputs?.type === "pulumi:pulumi:Stack") this.stackOutputs = outputs.new?.outputs ?? {};
    this.failures.onEvent(event);
  };

  changes(): ResourceChange[] {
    return [...this.found.values()];
  }

  /** What the stack would tell the outside after the update. */
  outputs(): Readonly<Record<string, unknown>> {
    return this.stackOutputs;
  }

  /** The preview's own errors, each once. */
  errors(): string[] {
    return this.failures.list();
  }
}

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

const ops: readonly string[] = ["create", "update", "delete", "replace"] satisfies ResourceChange["op"][];

/** @returns undefined for what changes nothing, and for components, the stack and providers */
function readChange({ op, urn, type, old, new: wanted, diffs }: Metadata): ResourceChange | undefined {
  const name = nameOf(urn);
  if (!ops.includes(op) || !/^(docker|random):/.test(type)) return undefined;
  return {
    op: op as ResourceChange["op"],
    kind: type.split(":").pop()!,
    name,
    service: serviceOf(name),
    before: open(old?.inputs),
    after: open(wanted?.inputs),
    differs: diffs ?? [],
  };
}

/** Inputs without the secret ones. */
function open(inputs: Readonly<Record<string, unknown>> = {}): Inputs {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => !isSecret(value)));
}
