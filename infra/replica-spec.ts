import { baseline } from "./baseline";
import { Limits } from "./config";
import { StackNetworks } from "./identity";
import { revisionOf } from "./revision";
import { timing } from "./timing";

/** All that makes a replica what it is, its secrets aside: plain values, so a preview can name its revision. */
export interface ReplicaSpec {
  /** Name of its image, content hash included. */
  readonly image: string;
  readonly limits: Limits;
  readonly environment: Readonly<Record<string, string>>;
  /** Secret variables: what stands in for each one's value, which is not known in a preview, and tells nothing of it. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly networks: StackNetworks;
  /** Labels beyond the stack's own, for example the load balancer's. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** How long it lives before it takes traffic. In seconds. */
  readonly minReadySeconds: number;
  /** How long it goes on serving when it leaves. In seconds. */
  readonly drainSeconds: number;
  /** How long it has from the stop signal until it is killed. In seconds. */
  readonly stopGraceSeconds: number;
}

/** Where a process answers its health check, inside its container, and the healer. */
export const internalPort = 9090;

/** The user every replica runs as; it exists in no image and owns nothing. */
const user = "10001:10001";

/**
 * The process answers at once when its answer changes and holds it for 160 s otherwise: one exec in 160 s, and the load balancer
 * still knows within half a second that a replica is ready, and within milliseconds that it leaves. No time-out of wget's own:
 * Debian's build of it crashes on `-T`, and the engine ends a probe that takes longer.
 */
export const heldProbe = {
  tests: ["CMD", "busybox", "wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${internalPort}/probe`],
  interval: `${timing.probeInterval * 1000}ms`,
  timeout: durationText(timing.probeTimeout),
  retries: 1,
};

/** The options of a replica's container, but for its name, environment and labels. */
export function replicaShape({ image, limits, networks, minReadySeconds, stopGraceSeconds }: ReplicaSpec) {
  return {
    image,
    user,
    ...baseline(limits),
    networksAdvanced: [{ name: networks.edge }, { name: networks.internal }],
    healthcheck: { ...heldProbe, startPeriod: durationText(timing.readyTimeout + minReadySeconds) },
    // Delete reads this from the state of the last update, so it is there from the first one on. Unset, it kills.
    destroyGraceSeconds: stopGraceSeconds,
    stopTimeout: stopGraceSeconds,
  };
}

/** The plain variables a replica has. */
export function replicaEnvironment(spec: ReplicaSpec): Record<string, string> {
  const { environment, minReadySeconds, drainSeconds, stopGraceSeconds } = spec;
  return {
    ...environment,
    INTERNAL_PORT: String(internalPort),
    MIN_READY_SECONDS: String(minReadySeconds),
    DRAIN_SECONDS: String(drainSeconds),
    STOP_GRACE_SECONDS: String(stopGraceSeconds),
  };
}

/** Short hash of all that makes a replica different from one of another revision. */
export function replicaRevision(spec: ReplicaSpec): string {
  return revisionOf({
    shape: replicaShape(spec),
    environment: replicaEnvironment(spec),
    secrets: spec.secrets,
    labels: spec.labels,
  });
}

/** A duration as the engine writes it back ("1m0s"): "60s" would be a difference in every preview after a refresh. */
function durationText(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${rest}s`;
}
