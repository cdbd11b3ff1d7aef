import { Declared, declaredFrom } from "../../infra/declared";
import { coresOf, defaultPeriod } from "../../infra/cpu-quota";
import { ContainerTraits } from "../container-traits";
import { readEnvironmentLines } from "../environment-lines";
import { reveal } from "../revealed";
import { nameOf } from "../urn";

/** A container as the state of a stack declares it. What is undefined is left to the image or to the engine. */
export interface DeclaredContainer extends ContainerTraits {
  readonly urn: string;
  /** The engine's id of the container that the last update made. */
  readonly id: string;
  /** Docker name. */
  readonly name: string;
  /** Its label `evenkeel.service`. */
  readonly service: string;
  /** Its label `evenkeel.revision`. */
  readonly revision: string;
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Networks by Docker name, with the names it has to have there beyond its own. */
  readonly networks: Readonly<Record<string, { readonly aliases: readonly string[] }>>;
  /** In cores; 0 is none. */
  readonly cpus: number;
  /** Period of which the CPU limit is a share, in microseconds; undefined where it is a number of cores. */
  readonly cpuPeriod?: number;
  /** 0 is none. */
  readonly memoryMiB: number;
  readonly memorySwapMiB?: number;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly healthTest?: readonly string[];
  /** How long it has from the stop signal until it is killed. In seconds. */
  readonly stopGraceSeconds: number;
}

/** What the state of a stack says that there is. */
export interface DeclaredStack {
  readonly containers: readonly DeclaredContainer[];
  readonly networks: readonly {
    readonly urn: string;
    readonly id: string;
    readonly name: string;
    readonly internal: boolean;
  }[];
  readonly volumes: readonly { readonly urn: string; readonly name: string }[];
  /** Images that were built for the stack, those of kept releases too, with the engine's id of each. */
  readonly images: readonly { readonly urn: string; readonly name: string; readonly id: string }[];
  /** What an interrupted update left to do, a line each. */
  readonly unfinished: readonly string[];
  readonly outputs: Declared;
}

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly delete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The part of an exported Pulumi state that this reads. */
export interface ExportedDeployment {
  readonly resources?: readonly Resource[];
  readonly pending_operations?: readonly { readonly type: string; readonly resource: { readonly urn: string } }[];
}

/**
 * Reads what a stack's state declares. Secrets have to be decrypted, as the Automation API's `exportStack` does; they are in
 * what this returns, so no part of it may be printed without a thought.
 */
export function readDeclaredStack({ resources = [], pending_operations = [] }: ExportedDeployment): DeclaredStack {
  const live = resources.filter((resource) => resource.delete !== true);
  const ofType = (type: string) =>
    live.filter((resource) => resource.type === type).map((resource) => ({ ...resource, inputs: plain(resource) }));
  const stack = live.find(({ type }) => type === "pulumi:pulumi:Stack");
  return {
    containers: ofType("docker:index/container:Container").map(containerFrom),
    networks: ofType("docker:index/network:Network").map(({ urn, id = "", inputs }) => ({
      ...{ urn, id },
      name: String(inputs.name),
      internal: inputs.internal === true,
    })),
    volumes: ofType("docker:index/volume:Volume").map(({ urn, inputs }) => ({ urn, name: String(inputs.name) })),
    images: ofType("docker:index/remoteImage:RemoteImage").map(({ urn, inputs, outputs }) => ({
      ...{ urn, name: String(inputs.name) },
      id: String(outputs?.imageId ?? ""),
    })),
    unfinished: [
      ...resources.filter((resource) => resource.delete === true).map(({ urn }) => `${nameOf(urn)}: to be deleted`),
      ...pending_operations.map(({ type, resource }) => `${nameOf(resource.urn)}: ${type}`),
    ],
    outputs: declaredFrom(plain({ inputs: stack?.outputs })),
  };
}

/** A resource's inputs with the secrets in the clear. */
function plain({ inputs = {} }: Pick<Resource, "inputs">): Readonly<Record<string, unknown>> {
  return reveal(inputs) as Readonly<Record<string, unknown>>;
}

/** The inputs of a container, as far as this looks at them. */
interface ContainerInputs {
  readonly name: string;
  readonly image: string;
  readonly envs?: readonly string[];
  readonly labels?: readonly { label: string; value: string }[];
  readonly networkMode?: string;
  readonly networksAdvanced?: readonly { name: string; aliases?: readonly string[] }[];
  readonly cpus?: string;
  readonly cpuQuota?: number;
  readonly cpuPeriod?: number;
  readonly memory?: number;
  readonly memorySwap?: number;
  readonly restart?: string;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly entrypoints?: readonly string[];
  readonly healthcheck?: { tests?: readonly string[] };
  readonly readOnly?: boolean;
  readonly privileged?: boolean;
  readonly capabilities?: { adds?: readonly string[]; drops?: readonly string[] };
  readonly securityOpts?: readonly string[];
  readonly mounts?: readonly { type: string; source?: string; target: string; readOnly?: boolean }[];
  readonly ports?: readonly { internal: number; external?: number; ip?: string }[];
  readonly destroyGraceSeconds?: number;
}

function containerFrom({ urn, id = "", inputs }: Pick<Resource, "urn" | "id" | "inputs">): DeclaredContainer {
  const it = inputs as unknown as ContainerInputs;
  const labels = Object.fromEntries((it.labels ?? []).map(({ label, value }) => [label, value]));
  return {
    ...{ urn, id, labels, name: it.name, image: it.image },
    service: labels["evenkeel.service"] ?? "",
    revision: labels["evenkeel.revision"] ?? "",
    environment: readEnvironmentLines(it.envs ?? []),
    networks: networksOf(it),
    // Either in cores, or as a share of a period; the one that is used stays when the limit is set in place.
    cpus: it.cpuQuota ? coresOf(it.cpuQuota, it.cpuPeriod) : Number(it.cpus ?? 0),
    cpuPeriod: it.cpuQuota ? (it.cpuPeriod ?? defaultPeriod) : undefined,
    memoryMiB: it.memory ?? 0,
    memorySwapMiB: it.memorySwap,
    restartPolicy: it.restart ?? "no",
    ...{ user: it.user, command: it.command, entrypoint: it.entrypoints, healthTest: it.healthcheck?.tests },
    readOnly: it.readOnly === true,
    privileged: it.privileged === true,
    addedCapabilities: it.capabilities?.adds ?? [],
    droppedCapabilities: it.capabilities?.drops ?? [],
    securityOptions: it.securityOpts ?? [],
    mounts: (it.mounts ?? []).map(({ type, source = "", target, readOnly = false }) => ({
      ...{ type, source, target, readOnly },
    })),
    ports: (it.ports ?? []).map(({ internal, external = 0, ip = "0.0.0.0" }) => ({ internal, external, ip })),
    stopGraceSeconds: it.destroyGraceSeconds ?? 10,
  };
}

/** A container is on the networks it names; one that names none is where its network mode puts it. */
function networksOf({ networksAdvanced = [], networkMode = "bridge" }: ContainerInputs): DeclaredContainer["networks"] {
  if (networksAdvanced.length === 0) return { [networkMode]: { aliases: [] } };
  return Object.fromEntries(networksAdvanced.map(({ name, aliases = [] }) => [name, { aliases }]));
}
