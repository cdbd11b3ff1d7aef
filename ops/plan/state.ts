import { reveal } from "../revealed";
import { nameOf } from "../urn";

/** The parts of a stack by whose names its resources begin. */
export const services = ["app", "worker", "redis", "traefik", "docker-socket", "healer", "network"] as const;

export type Service = (typeof services)[number];

/** A resource as the state has it. */
export interface Resource {
  /** Its type's last name: Container, Volume, ... */
  readonly kind: string;
  /** Its name in the program. */
  readonly name: string;
  readonly service: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

interface Deployment {
  readonly resources?: readonly {
    readonly urn: string;
    readonly type: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly delete?: boolean;
  }[];
}

/** What a stack's state has of its providers' resources; one that an update is still to delete is not counted. */
export function resourcesOf(deployment: unknown): Resource[] {
  return ((deployment as Deployment | undefined)?.resources ?? [])
    .filter(({ type, delete: leaving }) => leaving !== true && /^(docker|random):/.test(type))
    .map(({ urn, type, inputs = {} }) => {
      const name = nameOf(urn);
      return {
        kind: type.split(":").pop()!,
        name,
        service: serviceOf(name),
        inputs: reveal(inputs) as Resource["inputs"],
      };
    });
}

/** The part of the stack that a resource belongs to. */
export function serviceOf(name: string): string {
  return services.find((service) => name === service || name.startsWith(`${service}-`)) ?? name;
}

/** A replica's revision and index, by its name in the program. */
export function replicaOf(name: string): { service: string; revision: string; index: number } | undefined {
  const [, service, revision, index] = /^(app|worker)-([0-9a-f]{8})-(\d+)$/.exec(name) ?? [];
  return service === undefined ? undefined : { service, revision: revision!, index: Number(index) };
}
