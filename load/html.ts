import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { LoadReport } from "./report";
import { formatReport } from "./table";

/** Pure but for the library's own files: a page that holds all it needs, and asks no other machine for anything. */
export function htmlReport(report: LoadReport): string {
  const library = dirname(require.resolve("uplot/package.json"));
  const read = (...path: string[]) => readFileSync(join(...path), "utf8");
  const page = join(__dirname, "html");
  const parts: Record<string, string> = {
    title: escapeHtml(`Load on ${report.url}, ${report.startedAt}`),
    outcome: report.failed === 0 && Object.keys(report.failures).length === 0 ? "good" : "bad",
    headline: escapeHtml(headline(report)),
    table: escapeHtml(formatReport(report)),
    style: read(library, "dist", "uPlot.min.css") + read(page, "page.css"),
    script: `${read(library, "dist", "uPlot.iife.min.js")}\n${read(page, "page.js")}`,
    // No text of a report may end the script it stands in.
    report: JSON.stringify(report).replaceAll("<", "\\u003c"),
  };
  return read(page, "page.html").replace(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name]!);
}

function headline({ offered, failed, failures }: LoadReport): string {
  if (failed === 0 && Object.keys(failures).length === 0)
    return `All ${offered.toLocaleString("en-US")} requests served`;
  const streams = Object.values(failures).reduce((sum, count) => sum + count, 0) - failed;
  const also = streams > 0 ? `, ${streams} streams` : "";
  return `${failed.toLocaleString("en-US")} of ${offered.toLocaleString("en-US")} requests failed${also}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
