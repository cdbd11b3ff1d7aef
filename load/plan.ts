import { kinds, mixes, orderOf, uploadBytes } from "./mixes";
import { CheckedOptions } from "./options";

/** The two kinds of clients: those that keep their connections, and those that open one for each request. */
export const scenarios = ["kept", "fresh"] as const;
export type Scenario = (typeof scenarios)[number];

/** Milliseconds that a slow request asks to wait. */
export const slowMs = 2000;

/**
 * Seconds of a stall that do not leave k6 without a free client: a virtual machine that is moved or copied stands still for
 * several. After ten a request would have timed out. A client takes 0.4 MB and 1.2 ms of CPU at the start, so at high rates there are
 * fewer, for the shorter stall at least.
 */
const stallSeconds = { wanted: 10, least: 1.5 };
const plentyOfClients = 1500;

/** k6 takes a whole number of requests in a unit of time. */
const unitSeconds = 100;

/** An arrival-rate scenario, as k6's `options.scenarios` has it. */
export interface Arrivals {
  readonly executor: "constant-arrival-rate";
  readonly exec: Scenario;
  readonly rate: number;
  readonly timeUnit: string;
  readonly duration: string;
  readonly preAllocatedVUs: number;
  readonly gracefulStop: string;
}

/** Pure: the scenarios of a load, and one without clients by which it is told to stop. */
export function scenariosOf(options: CheckedOptions) {
  const { rate, durationSeconds, fresh, timeoutSeconds, mix } = options;
  const shares = mixes[mix].shares as Record<string, number>;
  const slowShare = (shares.slow ?? 0) / Object.values(shares).reduce((sum, share) => sum + share, 0);
  const duration = `${durationSeconds}s`;
  const arrivals: Partial<Record<Scenario, Arrivals>> = {};
  for (const exec of scenarios) {
    const perUnit = Math.round(rate * (exec === "fresh" ? fresh : 1 - fresh) * unitSeconds);
    if (perUnit === 0) continue;
    const perSecond = perUnit / unitSeconds;
    const plenty = (plentyOfClients * perSecond) / rate;
    const stalled = Math.max(perSecond * stallSeconds.least, Math.min(perSecond * stallSeconds.wanted, plenty));
    const busy = stalled + perSecond * slowShare * (slowMs / 1000);
    arrivals[exec] = {
      ...{ executor: "constant-arrival-rate" as const, exec, rate: perUnit, timeUnit: `${unitSeconds}s`, duration },
      preAllocatedVUs: Math.max(10, Math.ceil(options.clients ? (options.clients * perSecond) / rate : busy)),
      gracefulStop: `${timeoutSeconds + slowMs / 1000 + 1}s`,
    };
  }
  const stop = { executor: "externally-controlled", exec: "stop", vus: 0, maxVUs: 1, duration };
  return { arrivals, all: { ...arrivals, stop } };
}

/** Pure: milliseconds between two requests of a scenario; k6 counts whole nanoseconds. */
export function periodOf({ rate }: Arrivals): number {
  return Math.floor((unitSeconds * 1e9) / rate) / 1e6;
}

/** Pure: what `k6/script.js` reads. `cookies` are the values of the sessions', `summary` the file for k6's own counts. */
export function k6Plan(options: CheckedOptions, cookies: readonly string[], summary: string) {
  return {
    url: options.url,
    path: options.path,
    kinds,
    order: orderOf(mixes[options.mix]),
    sessions: cookies,
    values: uploadBytes,
    slowMs,
    timeoutMs: options.timeoutSeconds * 1000,
    scenarios: scenariosOf(options).all,
    summary,
  };
}
