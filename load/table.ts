import type { Percentiles } from "./percentiles";
import type { LoadReport, Share } from "./report";

/** Pure: the report as a person reads it in a terminal. */
export function formatReport(report: LoadReport): string {
  const { offered, succeeded, failed, latency, standstill, streams, visits, sessions } = report;
  const parts = [
    `${number(offered)} requests offered in ${report.seconds.toFixed(1)} s (${report.mix}, ${report.rate}/s): ` +
      `${number(succeeded)} succeeded, ${number(failed)} failed`,
    ...Object.entries(report.failures).map(([reason, count]) => `  ${number(count)} x ${reason}`),
    "",
    table(
      ["kind", "requests", "p50 ms", "p95 ms", "p99 ms", "max ms"],
      [["all", latency.all] as const, ...Object.entries(latency.byKind)].map(([kind, row]) => latencyRow(kind, row!)),
    ),
    standstill
      ? "\n  Requests were dropped: the times count from when each was sent, not when it was due.\n" +
        `  None was sent for up to ${number(standstill.unsentMs)} ms, none answered for up to ${number(standstill.unansweredMs)} ms: where these are` +
        " long and about equal, the generator's machine stood still, not the stack."
      : "",
    shareTable("revision", report.revisions),
    shareTable("replica", report.replicas),
    streams.held > 0
      ? `\n${streams.held} streams held: opened ${streams.opened} times, ${number(streams.messages)} messages, longest gap ${streams.longestGapMs} ms` +
        Object.entries(streams.closed)
          .map(([how, count]) => `; closed by ${how}: ${count}`)
          .join("")
      : "",
    sessions.length > 0 ? `${number(visits.acknowledged)} visits of ${sessions.length} sessions acknowledged` : "",
    `The generator used ${(report.generatorCpuSeconds / Math.max(report.seconds, 1)).toFixed(2)} of a CPU.`,
  ];
  return parts.filter((part, at) => part !== "" || at === parts.indexOf("")).join("\n");
}

function latencyRow(kind: string, { count, p50, p95, p99, max }: Percentiles): string[] {
  return [kind, number(count), ...[p50, p95, p99, max].map((value) => value.toFixed(1))];
}

function shareTable(title: string, shares: readonly Share[]): string {
  if (shares.length === 0) return "";
  const rows = shares.map(({ name, requests, failed, firstSeen, lastSeen }) => {
    return [name, number(requests), number(failed), firstSeen.toFixed(1), lastSeen.toFixed(1)];
  });
  return `\n${table([title, "requests", "failed", "from s", "to s"], rows)}`;
}

/** The first column to the left, numbers to the right. */
function table(head: readonly string[], rows: readonly string[][]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!);
  return all.map((row) => `  ${row.map(cell).join("  ")}`).join("\n");
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
