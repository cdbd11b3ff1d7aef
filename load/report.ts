import type { Kind } from "./mixes";
import type { Percentiles } from "./percentiles";
import type { StreamReport } from "./streams";
import type { Second } from "./timeline";

/** Something that happened, on the report's time line. */
export interface LoadEvent {
  /** Seconds since the load began. */
  readonly at: number;
  readonly name: string;
}

/** What a replica, or all replicas of a revision, answered. */
export interface Share {
  readonly name: string;
  readonly requests: number;
  readonly failed: number;
  /** Seconds since the load began. */
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** A session, by what its visitors were told. */
export interface SessionReport {
  readonly id: string;
  /** Visits whose answer came, the one that made the session included: what Redis has to hold at the least. */
  readonly acknowledged: number;
  /** The highest count that an answer told. */
  readonly highest: number;
}

/** A request that failed. */
export interface FailedRequest {
  /** Seconds since the load began. */
  readonly at: number;
  readonly kind: Kind;
  readonly reason: string;
  readonly replica: string;
  readonly milliseconds: number;
}

/**
 * Who stood still when there was no free client. A stack that does is still sent requests, until all clients wait: nothing is answered for longer
 * than nothing is sent. Where the two are about equal it was the generator, or its whole machine.
 */
export interface Standstill {
  /** The longest time in which no request was sent, in milliseconds. */
  readonly unsentMs: number;
  /** The longest time in which no request was answered, in milliseconds. */
  readonly unansweredMs: number;
}

/** Every request that a load offered, by what became of it. */
export interface LoadReport {
  readonly url: string;
  readonly mix: string;
  /** Requests a second. */
  readonly rate: number;
  readonly startedAt: string;
  /** From the first arrival to the last. */
  readonly seconds: number;
  readonly offered: number;
  readonly succeeded: number;
  /** All that did not succeed: a wrong or no answer, dropped, or unaccounted for. */
  readonly failed: number;
  /** Why -> how often, streams included: "502", "connection reset", "time-out". Empty when nothing at all failed. */
  readonly failures: Readonly<Record<string, number>>;
  readonly failuresByKind: Readonly<Partial<Record<Kind, Readonly<Record<string, number>>>>>;
  /** The first hundred. */
  readonly failedRequests: readonly FailedRequest[];
  /** Where requests were dropped. */
  readonly standstill?: Standstill;
  /** Connections that were opened, the fresh ones included. */
  readonly connections: number;
  /** From "intended": the time an answer took since its request was due. From "start": since it was sent; when requests were dropped. */
  readonly latency: {
    readonly from: "intended" | "start";
    readonly all: Percentiles;
    readonly byKind: Readonly<Partial<Record<Kind, Percentiles>>>;
  };
  readonly replicas: readonly Share[];
  readonly revisions: readonly Share[];
  readonly streams: StreamReport;
  readonly sessions: readonly SessionReport[];
  /** Visits that were acknowledged, over all sessions, and the highest global count that an answer told. */
  readonly visits: { readonly acknowledged: number; readonly highestGlobal: number };
  readonly events: readonly LoadEvent[];
  readonly timeline: readonly Second[];
  /** What k6 itself used: seconds of one CPU. */
  readonly generatorCpuSeconds: number;
}
