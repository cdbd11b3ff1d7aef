import type { JobRun } from "./jobs";
import type { ReplicaRun } from "./replica";
import type { RequestRun } from "./requests";
import { median, medianRatio } from "../statistics";

/** The names of what is measured, in the order of the table. */
export const names = {
  app: "evenkeel",
  bare: "node:http",
  cached: "node:http, machine read once a second",
  fastify: "fastify",
  worker: "evenkeel",
  loggingWorker: "evenkeel, a line a job",
  bareWorker: "bullmq",
  sameOptions: "bullmq, our options",
};

export interface Goal {
  what: string;
  got: number;
  wanted: string;
  met: boolean;
}

/** All that was measured, as `--json` prints it. */
export interface Report {
  machine: { cpu: string; node: string };
  requests?: Record<string, RequestRun[]>;
  jobs?: Record<string, JobRun[]>;
  /** A container of the app's image by itself. */
  replica?: ReplicaRun[];
  goals: Goal[];
}

/** Pure: what the figures mean for the project's goals. */
export function goalsOf({ requests, jobs }: Pick<Report, "requests" | "jobs">): Goal[] {
  const goals: Goal[] = [];
  if (requests) {
    const of = (name: string, column: "requestsPerSecond" | "p99Ms") => requests[name]!.map((run) => run[column]);
    for (const peer of [names.bare, names.cached]) {
      const rate = medianRatio(of(names.app, "requestsPerSecond"), of(peer, "requestsPerSecond"));
      const p99 = medianRatio(of(names.app, "p99Ms"), of(peer, "p99Ms"));
      goals.push(
        { what: `requests/s, of ${peer}`, got: rate, wanted: "at least 0.80", met: rate >= 0.8 },
        { what: `p99, of ${peer}`, got: p99, wanted: "at most 1.50", met: p99 <= 1.5 },
      );
    }
  }
  if (jobs) {
    const of = (name: string) => jobs[name]!.map(({ jobsPerSecond }) => jobsPerSecond);
    for (const peer of [names.bareWorker, names.sameOptions]) {
      const rate = medianRatio(of(names.worker), of(peer));
      goals.push({ what: `jobs/s, of ${peer}`, got: rate, wanted: "at least 0.95", met: rate >= 0.95 });
    }
  }
  return goals;
}

/** Pure: the report as a person reads it. */
export function formatReport({ machine, requests, jobs, replica, goals }: Report): string {
  const lines = [`${machine.cpu}, Node.js ${machine.node}; medians, and (lowest to highest)`, ""];
  if (requests) {
    const base = requests[names.bare]!;
    const rows = Object.entries(requests).map(([name, runs]) => [
      name,
      spread(runs.map(({ requestsPerSecond }) => requestsPerSecond)),
      ratio(runs, base, "requestsPerSecond"),
      spread(
        runs.map(({ p99Ms }) => p99Ms),
        2,
      ),
      ratio(runs, base, "p99Ms"),
      perCpu(runs, "requestsPerSecond"),
      String(runs.reduce((sum, { errors }) => sum + errors, 0)),
      percent(runs),
    ]);
    lines.push(
      table([
        ["GET /, one core", "requests/s", "ratio", "p99 ms", "ratio", "per CPU second", "errors", "its core"],
        ...rows,
      ]),
      "",
    );
  }
  if (jobs) {
    const base = jobs[names.bareWorker]!;
    const rows = Object.entries(jobs).map(([name, runs]) => [
      name,
      spread(runs.map(({ jobsPerSecond }) => jobsPerSecond)),
      ratio(runs, base, "jobsPerSecond"),
      perCpu(runs, "jobsPerSecond"),
      percent(runs),
    ]);
    lines.push(table([["one worker", "jobs/s", "ratio", "per CPU second", "its core"], ...rows]), "");
  }
  if (replica) {
    const column = (name: keyof ReplicaRun, digits = 0) =>
      spread(
        replica.map((run) => run[name]),
        digits,
      );
    lines.push(
      table([
        [
          "one replica's container",
          "start to ready s",
          "start to healthy s",
          "idle memory MiB",
          "of it the process's own MiB",
        ],
        [
          "evenkeel",
          column("readySeconds", 2),
          column("healthySeconds", 2),
          column("memoryMiB", 1),
          column("residentMiB", 1),
        ],
      ]),
      "",
    );
  }
  if (goals.length === 0) return lines.join("\n").trimEnd();
  const verdicts = goals.map(({ what, got, wanted, met }) => [met ? "met" : "MISSED", what, got.toFixed(2), wanted]);
  lines.push(table([["goal", "", "got", "wanted"], ...verdicts]));
  return lines.join("\n");
}

function ratio<K extends string>(runs: Record<K, number>[], base: Record<K, number>[], column: K): string {
  const values = (of: Record<K, number>[]) => of.map((run) => run[column]);
  return runs === base ? "1" : medianRatio(values(runs), values(base)).toFixed(2);
}

/** How much a second of its own CPU time does: what stays comparable when others use the machine too. */
function perCpu<K extends string>(runs: (Record<K, number> & { cpu: number })[], column: K): string {
  return Math.round(median(runs.map((run) => run[column] / run.cpu))).toLocaleString("en");
}

function percent(runs: { cpu: number }[]): string {
  return `${Math.round(median(runs.map(({ cpu }) => cpu)) * 100)} %`;
}

function spread(values: number[], digits = 0): string {
  const text = (value: number) =>
    value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${text(median(values))} (${text(Math.min(...values))} to ${text(Math.max(...values))})`;
}

function table(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
