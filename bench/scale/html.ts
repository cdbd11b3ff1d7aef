import { median } from "../statistics";
import { contenderNames } from "./contender";
import { formatReport, Report, runsOf } from "./report";
import type { StepRun } from "./step";

const colours: Record<string, string> = {
  evenkeel: "#1668a8",
  compose: "#c2571a",
  swarm: "#5a8f29",
  pulumi: "#7a7a7a",
};

const width = 860;
const left = 190;
const right = 150;
const barHeight = 18;

/** Pure: a page with a plot and the table, which asks no other machine for anything. */
export function htmlReport(report: Report): string {
  const plots = [
    bars(report.runs, "Seconds until the last new replica is healthy", ({ healthySeconds }) => healthySeconds),
    bars(report.runs, "Seconds until the last surplus replica is gone too", ({ settledSeconds }) => settledSeconds),
    bars(report.runs, "Seconds until the command ends", ({ commandSeconds }) => commandSeconds),
  ];
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Scaling, side by side</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:${width}px;margin:2em auto;padding:0 1em;color:#222}
h2{font-size:1.05em;margin:2em 0 .3em}pre{overflow:auto;background:#f5f5f2;padding:1em;font-size:12px}svg{width:100%;height:auto}
text{font:12px system-ui,sans-serif;fill:#222}</style>
<h1>Scaling, side by side</h1>
<p>Bars are medians, thin lines go from the least to the greatest value. Behind a bar: failed requests of those offered.</p>
${plots.join("\n")}
<h2>Figures</h2><pre>${escapeHtml(formatReport(report))}</pre></html>
`;
}

/** A bar for each contender of each step. */
function bars(runs: readonly StepRun[], title: string, value: (run: StepRun) => number | undefined): string {
  const steps = [...new Set(runs.map(({ step }) => step))];
  const rows = steps.flatMap((step) =>
    contenderNames.flatMap((contender) => {
      const own = runsOf(runs, contender, step);
      const values = own.map(value).filter((seconds) => seconds !== undefined);
      return values.length > 0 ? [{ step, contender, own, values }] : [];
    }),
  );
  const longest = Math.max(...rows.flatMap(({ values }) => values), 0.001);
  const x = (seconds: number) => left + (seconds / longest) * (width - left - right);
  let y = 6;
  const shapes = rows.map(({ step, contender, own, values }, at) => {
    if (at > 0 && rows[at - 1]!.step !== step) y += 12;
    const middle = y + barHeight / 2;
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const offered = own.reduce((sum, run) => sum + run.offered, 0);
    const failed = own.reduce((sum, run) => sum + run.failed, 0);
    const shape = [
      `<text x="${left - 8}" y="${middle + 4}" text-anchor="end">${escapeHtml(`${step}, ${contender}`)}</text>`,
      `<rect x="${left}" y="${y + 2}" width="${x(median(values)) - left}" height="${barHeight - 4}" fill="${colours[contender]}"/>`,
      `<line x1="${x(least)}" x2="${x(most)}" y1="${middle}" y2="${middle}" stroke="#222"/>`,
      `<text x="${x(most) + 6}" y="${middle + 4}">${median(values).toFixed(2)} s${offered > 0 ? `, ${failed} of ${offered} failed` : ""}</text>`,
    ].join("");
    y += barHeight;
    return shape;
  });
  return `<h2>${escapeHtml(title)}</h2><svg viewBox="0 0 ${width} ${y + 6}" role="img" aria-label="${escapeHtml(title)}">${shapes.join("\n")}</svg>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
