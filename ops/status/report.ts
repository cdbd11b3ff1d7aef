import { Change } from "./changes";
import { ChangeUnderWay } from "./pulumi";
import { QueueStatus } from "./queue";
import { RedisReport } from "./redis";

/** A container's state in one word: the engine's, and of one that runs also what its health check and its process say. */
export type ReplicaState =
  | "healthy"
  | "starting"
  | "draining"
  | "unhealthy"
  | "created"
  | "paused"
  | "restarting"
  | "exited"
  | "dead"
  | "removing";

/** One container. */
export interface ReplicaStatus {
  /** Docker name without the stack's: app-1a2b3c4d-1. */
  readonly name: string;
  readonly state: ReplicaState;
  /** Of one that ended. */
  readonly exitCode: number | null;
  readonly outOfMemory: boolean;
  /** Since it was created. */
  readonly ageSeconds: number;
  /** How often the engine started it anew because it ended. */
  readonly restarts: number;
  /** In use, in cores; null when it does not run or was not measured. */
  readonly cpuCores: number | null;
  /** In use; null when it does not run or was not measured. */
  readonly memoryMiB: number | null;
  /** null for one that takes no requests, or when the load balancer's log could not be read. */
  readonly requestsPerSecond: number | null;
  /** Whether the load balancer sends requests to it; null for one that takes none, or when that is not known. */
  readonly routed: boolean | null;
}

/** The containers of one service and revision together. */
export interface ServiceStatus {
  readonly service: string;
  readonly revision: string;
  /** 0 for a revision that leaves or was left over; null when it is not known what is declared. */
  readonly desired: number | null;
  readonly running: number;
  readonly healthy: number;
  readonly draining: number;
  /** Since its oldest container was created; null when there is none. */
  readonly ageSeconds: number | null;
  readonly restarts: number;
  readonly cpuCores: number | null;
  /** Limits of those that run; 0 is none. */
  readonly cpuLimitCores: number;
  readonly memoryMiB: number | null;
  readonly memoryLimitMiB: number;
  readonly requestsPerSecond: number | null;
  readonly replicas: readonly ReplicaStatus[];
}

/** What the load balancer does; its container is among the services. */
export interface BalancerStatus {
  /** Replicas it sends requests to. */
  readonly routedReplicas: number;
  /** Healthy app replicas, of whatever revision: all of them should be routed to. */
  readonly healthyReplicas: number;
  readonly requestsPerSecond: number;
  /** Share of the answers with a status of 500 and above, 0 to 1; 0 without requests. */
  readonly serverErrorShare: number;
  /** The span the rates are counted over. */
  readonly windowSeconds: number;
}

/** Something that is not as it should be, or could not be asked. */
export interface Problem {
  /** A service's name, or one of: engine, pulumi, usage, load balancer, redis, queue. */
  readonly part: string;
  readonly problem: string;
}

/** What `npm run status -- --json` prints. A part that could not be asked is null, and why is among the problems. */
export interface Status {
  readonly stack: string;
  readonly at: Date;
  /** Whether there is no problem; the exit code is 0 then, and 2 otherwise. */
  readonly healthy: boolean;
  /** Id of the release that is deployed. */
  readonly release: string | null;
  readonly url: string | null;
  readonly underWay: ChangeUnderWay | null;
  readonly services: readonly ServiceStatus[] | null;
  readonly loadBalancer: BalancerStatus | null;
  readonly redis: RedisReport | null;
  readonly queue: QueueStatus | null;
  /** The newest first. */
  readonly changes: readonly Change[] | null;
  readonly problems: readonly Problem[];
}
