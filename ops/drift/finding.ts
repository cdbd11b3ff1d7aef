import { interruptionOf } from "../../infra/interruption";

/** What brings a drifted part back; each is one of the repairs of `decideRepair`. */
export type Remedy = keyof typeof remedies;

const remedies = {
  start: "start it",
  unpause: "let it go on",
  rename: "give it its name back",
  update: "set it in place",
  networks: "connect and disconnect it in place",
  tag: "let the name mean the declared image again",
  restart: "restart it, after its drain",
  remake: "make it anew, after its drain",
  create: "make it anew",
  remove: "stop it, after its drain, and remove it",
  "remove spare": "remove it, after its drain",
  none: "npm run up goes on with it",
} as const;

/** From the stop of the one there is until its successor is healthy: the update that makes it starts in between. */
const interruptionSeconds = 10;

/** A network can't be exchanged under those who talk over it. */
const networkEffect = "everyone on it is taken off it until it is made anew; about 10 s";

/** Every kind of drift: what brings it back, and what it means in one sentence. */
export const driftKinds = {
  missing: { remedy: "create", means: "a container is declared and not there" },
  stopped: { remedy: "start", means: "a container is there and does not run" },
  paused: { remedy: "unpause", means: "a container is paused" },
  unhealthy: { remedy: "restart", means: "a container runs and its health check fails, or it ends again and again" },
  "not-routed": { remedy: "restart", means: "a replica is healthy and the load balancer sends it nothing" },
  name: { remedy: "rename", means: "a container has another name" },
  identity: { remedy: "remake", means: "a container of the declared name was made by somebody else" },
  environment: { remedy: "remake", means: "variables differ; their values are not shown" },
  labels: { remedy: "remake", means: "labels differ" },
  networks: { remedy: "networks", means: "a container is off a network of its own, or on another" },
  limits: { remedy: "update", means: "CPU or memory limits differ" },
  "restart-policy": { remedy: "update", means: "what the engine does when the process ends differs" },
  command: { remedy: "remake", means: "the process is started in another way; commands are not shown" },
  security: { remedy: "remake", means: "user, capabilities, privileges or the read-only root file system differ" },
  mounts: { remedy: "remake", means: "volumes or mounted paths differ" },
  ports: { remedy: "remake", means: "published ports differ" },
  "health-check": { remedy: "remake", means: "the health check is another one, or gone" },
  image: { remedy: "remake", means: "a container was made from another image than the declared one" },
  "redis-open": { remedy: "remake", means: "Redis obeys without a password" },
  "image-tag": { remedy: "tag", means: "an image's name means another image now" },
  "image-missing": { remedy: "create", means: "an image is gone: of the release that runs, or of one to go back to" },
  network: { remedy: "create", means: "a network is gone, or another one has its name" },
  volume: { remedy: "create", means: "a volume is gone, and its data with it" },
  foreign: { remedy: "remove", means: "a container has the stack's labels and the state does not know it" },
  spare: { remedy: "remove spare", means: "an interrupted repair left a replica too many" },
  unfinished: { remedy: "none", means: "an interrupted update left something to do" },
} as const satisfies Record<string, { readonly remedy: Remedy; readonly means: string }>;

export type DriftKind = keyof typeof driftKinds;

/** One difference between what is declared and what is there. It holds no secret. */
export interface Finding {
  readonly kind: DriftKind;
  /** Docker name of the container, network, volume or image. */
  readonly object: string;
  /** The service a container belongs to; empty for what is no container. */
  readonly service: string;
  readonly declared: string;
  readonly found: string;
  readonly remedy: Remedy;
  /** What the repair does, for a person. */
  readonly repair: string;
  /** What the repair interrupts, and for how long; undefined where nobody notices. */
  readonly interrupts?: string;
}

/**
 * A finding with its remedy. One whose remedy stops what there is only one of, and what serves, says what that interrupts.
 *
 * @param serves whether the object takes part in serving now: what is down already can't be interrupted
 */
export function finding(
  kind: DriftKind,
  about: Pick<Finding, "object" | "declared" | "found"> & { readonly service?: string; readonly serves?: boolean },
): Finding {
  const { object, declared, found, service = "", serves = false } = about;
  const { remedy } = driftKinds[kind];
  const stops = remedy === "remake" || remedy === "restart";
  const interrupts =
    stops && serves
      ? interruptionOf(service, interruptionSeconds)
      : kind === "network" && serves
        ? networkEffect
        : undefined;
  return { kind, object, service, declared, found, remedy, repair: remedies[remedy], interrupts };
}
