import type { Kind } from "./mixes";
import { percentilesOf } from "./percentiles";
import type { Scenario } from "./plan";
import type { RequestRecord } from "./record";
import type { LoadEvent, LoadReport, Standstill } from "./report";
import type { StreamReport } from "./streams";
import { timelineOf } from "./timeline";

/** What a report is made of. */
export interface LoadResult {
  readonly url: string;
  readonly mix: string;
  readonly rate: number;
  /** When the run began, in milliseconds of the day's clock: zero of the records' times. */
  readonly began: number;
  readonly records: readonly RequestRecord[];
  /** Milliseconds between two arrivals. */
  readonly periods: Readonly<Partial<Record<Scenario, number>>>;
  /** Arrivals that k6 had no free client for. */
  readonly dropped: number;
  /** Requests that began and of which nothing came. */
  readonly missing: number;
  /** The sessions' ids and what the first visit of each was told. */
  readonly sessions: readonly { readonly id: string; readonly count: number }[];
  readonly streams: StreamReport;
  /** `at` in milliseconds of the day's clock. */
  readonly events: readonly LoadEvent[];
  readonly generatorCpuSeconds: number;
}

/** A request with the time it was meant to start, in milliseconds since the run began. */
export interface Timed {
  readonly record: RequestRecord;
  readonly intended: number;
  readonly latency: number;
  readonly reason?: string;
}

const listed = 100;

/** Pure: makes the report. */
export function reportOf(result: LoadResult): LoadReport {
  const { records, dropped, missing, streams } = result;
  const timed = time(result);
  const zero = timed.reduce((first, { intended }) => Math.min(first, intended), Infinity);
  const seconds = (milliseconds: number) => Math.round(milliseconds - zero) / 1000;
  const failed = timed.filter(({ reason }) => reason !== undefined);
  const failures = countBy(failed, ({ reason }) => reason!);
  if (dropped > 0) failures["dropped: no free client"] = dropped;
  if (missing > 0) failures["no outcome: cut off"] = missing;
  for (const [reason, count] of Object.entries(streams.failures)) failures[reason] = count;
  const offered = records.length + dropped + missing;
  const succeeded = records.length - failed.length;
  return {
    ...{ url: result.url, mix: result.mix, rate: result.rate },
    startedAt: new Date(result.began + (timed.length > 0 ? zero : 0)).toISOString(),
    seconds: timed.length > 0 ? seconds(timed.reduce((last, { intended }) => Math.max(last, intended), 0)) : 0,
    ...{ offered, succeeded, failed: offered - succeeded, failures },
    failuresByKind: groupBy(failed, (kind) => countBy(kind, ({ reason }) => reason!)),
    failedRequests: failed.slice(0, listed).map(({ record, intended, latency, reason }) => ({
      ...{ at: seconds(intended), kind: record.kind, reason: reason!, replica: record.replica },
      milliseconds: Math.round(latency),
    })),
    connections: records.filter(({ opened }) => opened).length,
    ...(dropped > 0 && { standstill: standstillOf(records) }),
    latency: {
      from: dropped > 0 ? "start" : "intended",
      all: percentilesOf(timed.map(({ latency }) => latency)),
      byKind: groupBy(timed, (kind) => percentilesOf(kind.map(({ latency }) => latency))),
    },
    replicas: sharesOf(timed, ({ replica }) => replica, seconds),
    revisions: sharesOf(timed, ({ revision }) => revision, seconds),
    streams,
    ...visitsOf(result),
    events: result.events.map(({ at, name }) => ({ at: seconds(at - result.began), name })),
    timeline: timelineOf(timed, zero),
    generatorCpuSeconds: result.generatorCpuSeconds,
  };
}

/**
 * When each request was meant to start: k6 gives the arrivals of a scenario numbers, and they are due at even intervals. The
 * arrival that came with the least delay ties those intervals to the clock. After a dropped arrival the numbers no longer tell
 * the time; then the latencies count from the start, and the load has failed anyway.
 */
function time({ records, periods, dropped }: LoadResult): Timed[] {
  const base = new Map<Scenario, number>();
  for (const { scenario, start, index } of records) {
    base.set(scenario, Math.min(base.get(scenario) ?? Infinity, start - index * periods[scenario]!));
  }
  return records.map((record) => {
    const { scenario, index, start, end } = record;
    const intended = dropped > 0 ? start : base.get(scenario)! + index * periods[scenario]!;
    return { record, intended, latency: end - intended, reason: reasonOf(record) };
  });
}

function standstillOf(records: readonly RequestRecord[]): Standstill {
  const longestGap = (times: number[]) =>
    Math.round(times.sort((a, b) => a - b).reduce((gap, time, at) => Math.max(gap, time - (times[at - 1] ?? time)), 0));
  return {
    unsentMs: longestGap(records.map(({ start }) => start)),
    unansweredMs: longestGap(records.filter(({ status }) => status !== 0).map(({ end }) => end)),
  };
}

/** Why a request counts as failed; undefined when it succeeded. */
function reasonOf({ status, error }: RequestRecord): string | undefined {
  if (status === 0) return error;
  return status >= 200 && status < 300 ? undefined : String(status);
}

function sharesOf(timed: readonly Timed[], key: (record: RequestRecord) => string, seconds: (at: number) => number) {
  const groups = new Map<string, { requests: number; failed: number; first: number; last: number }>();
  for (const { record, reason } of timed) {
    const name = key(record);
    if (name === "") continue;
    const group = groups.get(name) ?? { requests: 0, failed: 0, first: Infinity, last: 0 };
    groups.set(name, group);
    group.requests++;
    if (reason !== undefined) group.failed++;
    group.first = Math.min(group.first, record.end);
    group.last = Math.max(group.last, record.end);
  }
  return [...groups]
    .map(([name, { requests, failed, first, last }]) => {
      return { name, requests, failed, firstSeen: seconds(first), lastSeen: seconds(last) };
    })
    .sort((one, other) => one.firstSeen - other.firstSeen || one.name.localeCompare(other.name));
}

/** The acknowledged visits. The first of each session was made before the load. */
function visitsOf({ sessions, records }: LoadResult) {
  const acknowledged = sessions.map(() => 1);
  const highest = sessions.map(({ count }) => count);
  let highestGlobal = 0;
  for (const { visit } of records) {
    if (!visit || sessions[visit.session] === undefined) continue;
    acknowledged[visit.session]!++;
    highest[visit.session] = Math.max(highest[visit.session]!, visit.sessionCount);
    highestGlobal = Math.max(highestGlobal, visit.globalCount);
  }
  return {
    sessions: sessions.map(({ id }, at) => ({ id, acknowledged: acknowledged[at]!, highest: highest[at]! })),
    visits: { acknowledged: acknowledged.reduce((sum, count) => sum + count, 0), highestGlobal },
  };
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}

function groupBy<R>(timed: readonly Timed[], reduce: (group: Timed[]) => R): Partial<Record<Kind, R>> {
  const groups = new Map<Kind, Timed[]>();
  for (const item of timed) {
    const group = groups.get(item.record.kind);
    if (group) group.push(item);
    else groups.set(item.record.kind, [item]);
  }
  return Object.fromEntries([...groups].map(([kind, group]) => [kind, reduce(group)])) as Partial<Record<Kind, R>>;
}
