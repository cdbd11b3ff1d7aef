import type { Kind } from "./mixes";
import type { Scenario } from "./plan";

/** One request, as k6 tells it. Times are milliseconds since the run began. */
export interface RequestRecord {
  readonly scenario: Scenario;
  /** Its place among the arrivals of its scenario, from 0: this says when it was meant to start. */
  readonly index: number;
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
  /** 0 when there was no answer. */
  readonly status: number;
  /** The replica's name; empty when the answer was not a replica's. */
  readonly replica: string;
  readonly revision: string;
  /** Whether it opened a connection. */
  readonly opened: boolean;
  /** What a visit was told: the place of its session, and both counts. */
  readonly visit?: { readonly session: number; readonly sessionCount: number; readonly globalCount: number };
  /** Why there was no answer; empty when there was one. */
  readonly error: string;
}

/** A line of k6's console. */
export type ConsoleLine =
  | { readonly type: "request"; readonly record: RequestRecord }
  /** An arrival that sent nothing, because the load is told to stop. */
  | { readonly type: "skip"; readonly scenario: Scenario; readonly index: number }
  /** When the run began, in milliseconds of the day's clock. */
  | { readonly type: "clock"; readonly began: number };

/** k6's numbers for what kept an answer away: https://grafana.com/docs/k6/latest/javascript-api/error-codes/ */
const errorNames: Readonly<Record<string, string>> = {
  1050: "time-out",
  1101: "no such host",
  1201: "broken pipe",
  1211: "dial time-out",
  1212: "connection refused",
  1220: "connection reset",
};

/** Texts that come again and again are kept once, and not as slices of the lines they came in. */
const known = new Map<string, string>();

function intern(text: string): string {
  const kept = known.get(text);
  if (kept !== undefined) return kept;
  if (known.size > 10_000) known.clear();
  const own = Buffer.from(text).toString();
  known.set(own, own);
  return own;
}

/** Reads a line that `k6/script.js` wrote. @throws Error for any other */
export function parseLine(line: string): ConsoleLine {
  const fields = line.split("\t");
  if (fields[0] === "clock") return { type: "clock", began: Number(fields[1]) };
  if (fields[0] === "skip") return { type: "skip", scenario: fields[1] as Scenario, index: Number(fields[2]) };
  if (fields.length !== 12) throw new Error(`k6 wrote what is no record: ${line.slice(0, 200)}`);
  const [scenario, index, kind, start, end, status, code, replica, revision, opened, visit, error] = fields;
  return {
    type: "request",
    record: {
      scenario: intern(scenario!) as Scenario,
      index: Number(index),
      kind: intern(kind!) as Kind,
      start: Number(start),
      end: Number(end),
      status: Number(status),
      replica: intern(replica!),
      revision: intern(revision!),
      opened: opened === "1",
      ...(visit && { visit: readVisit(visit) }),
      error: Number(status) === 0 ? intern(errorNames[code!] ?? withoutAddresses(error || `error ${code}`)) : "",
    },
  };
}

/** One reason is one reason, whatever the port of the connection it happened on. */
function withoutAddresses(error: string): string {
  return error.replace(/(\[[0-9a-f:]+\]|\d+\.\d+\.\d+\.\d+):\d+/g, "<address>").replace(/"https?:[^"]*"/g, "<url>");
}

function readVisit(text: string) {
  const [session, sessionCount, globalCount] = text.split(",").map(Number) as [number, number, number];
  return { session, sessionCount, globalCount };
}
