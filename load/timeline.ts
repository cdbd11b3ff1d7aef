import { percentilesOf } from "./percentiles";
import type { Timed } from "./account";

/** One second of the load: the requests that were due in it. */
export interface Second {
  /** Seconds since the load began. */
  readonly second: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Why -> how often. */
  readonly failures: Readonly<Record<string, number>>;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** Requests that each replica answered; under "" what none did. */
  readonly replicas: Readonly<Record<string, number>>;
}

/** Pure: the load second by second. @param zero when it began, on the clock of `intended` */
export function timelineOf(timed: readonly Timed[], zero: number): Second[] {
  const seconds: Timed[][] = [];
  for (const item of timed) {
    const at = Math.floor((item.intended - zero) / 1000);
    (seconds[at] ??= []).push(item);
  }
  return Array.from(seconds, (items = [], second) => {
    const failures: Record<string, number> = {};
    const replicas: Record<string, number> = {};
    for (const { record, reason } of items) {
      replicas[record.replica] = (replicas[record.replica] ?? 0) + 1;
      if (reason !== undefined) failures[reason] = (failures[reason] ?? 0) + 1;
    }
    const failed = items.filter(({ reason }) => reason !== undefined).length;
    // What asked to be slow says nothing about how fast the others are.
    const quick = items.filter(({ record }) => record.kind !== "slow").map(({ latency }) => latency);
    const { p50, p95, p99, max } = percentilesOf(quick);
    return { second, succeeded: items.length - failed, failed, failures, p50, p95, p99, max, replicas };
  });
}
