import { median, medianRatio, spread } from "../statistics";
import type { IdleCost } from "./engine-cpu";
import type { StepRun } from "./step";

/** The step's name in the table. */
export const rollbackStep = "rollback of 3";

/** The scale-up that makes as many new replicas as a rollback does. */
export const scaleUpByThree = "3 -> 6";

/** Whether something the project wants holds. */
export interface Goal {
  readonly what: string;
  readonly got: string;
  readonly wanted: string;
  readonly met: boolean;
}

/** All that was measured, as `--json` writes it. */
export interface Report {
  readonly machine: { readonly cpu: string; readonly node: string; readonly loadAtStart: number };
  /** Requests offered in a second. */
  readonly rate: number;
  readonly runs: readonly StepRun[];
  /** Seconds of a preview with nothing to do, without load. */
  readonly previews: readonly number[];
  /** Watching replicas that do nothing, by their number. */
  readonly idle: readonly IdleCost[];
  readonly goals: readonly Goal[];
}

/** Pure: what the figures mean for the project's goals. */
export function goalsOf({ runs, previews, idle }: Pick<Report, "runs" | "previews" | "idle">): Goal[] {
  const goals: Goal[] = [];
  const healthy = (contender: string, step: string) =>
    runsOf(runs, contender, step).flatMap(({ healthySeconds }) => healthySeconds ?? []);
  const [ours, theirs] = [healthy("evenkeel", "3 -> 5"), healthy("compose", "3 -> 5")];
  if (ours.length > 0 && ours.length === theirs.length) {
    const ratio = medianRatio(ours, theirs);
    goals.push({
      what: "3 -> 5 healthy, of compose's",
      got: ratio.toFixed(2),
      wanted: "at most 1.30",
      met: ratio <= 1.3,
    });
  }
  const bare = healthy("pulumi", "3 -> 5");
  if (bare.length > 0 && bare.length === theirs.length) {
    const ratio = medianRatio(bare, theirs);
    const got = `${ratio.toFixed(2)} with bare Pulumi`;
    goals.push({ what: "the same without any of ours", got, wanted: "at most 1.30", met: ratio <= 1.3 });
  }
  const back = healthy("evenkeel", rollbackStep);
  const byThree = healthy("evenkeel", scaleUpByThree);
  if (back.length > 0 && back.length === byThree.length) {
    const ratio = medianRatio(back, byThree);
    const [got, wanted] = [ratio.toFixed(2), "at most 1.00"];
    goals.push({ what: `rollback healthy, of ${scaleUpByThree}'s`, got, wanted, met: ratio <= 1 });
  }
  if (previews.length > 0) {
    const got = median(previews);
    goals.push({ what: "preview, nothing to do", got: `${got.toFixed(2)} s`, wanted: "under 1.50 s", met: got < 1.5 });
  }
  for (const step of new Set(runs.map((run) => run.step))) {
    const [from, to] = step.split(" -> ").map(Number);
    // With `--replicas 6` it is what was asked for; beside a rollback it is what that is held against.
    const isReference = step === scaleUpByThree && back.length > 0;
    if (isReference || !(from! > 0 && to! > from! + 2)) continue;
    const times = healthy("evenkeel", step);
    if (times.length === 0) continue;
    const each = median(times) / (to! - from!);
    const got = `${each.toFixed(3)} s`;
    goals.push({ what: `${step} healthy, each added replica`, got, wanted: "at most 0.25 s", met: each <= 0.25 });
  }
  const few = idle.find((cost) => cost.replicas < 50);
  for (const many of idle.filter((cost) => cost.replicas >= 50)) {
    // What the engine does for other containers, it does with few replicas too.
    const probes = many.engine + many.shims - (few?.engine ?? 0) - (few?.shims ?? 0);
    const what = `probes of ${many.replicas - (few?.replicas ?? 0)} more, of one core`;
    goals.push({ what, got: percent(probes), wanted: "under 5 %", met: probes < 0.05 });
  }
  const failed = runs.filter(({ contender }) => contender === "evenkeel").reduce((sum, run) => sum + run.failed, 0);
  const offered = runs.filter(({ contender }) => contender === "evenkeel").reduce((sum, run) => sum + run.offered, 0);
  if (offered > 0)
    goals.push({ what: "failed requests", got: `${failed} of ${offered}`, wanted: "0", met: failed === 0 });
  return goals;
}

/** Pure: the runs of a contender's step, in the order of the rounds. */
export function runsOf(runs: readonly StepRun[], contender: string, step: string): StepRun[] {
  return runs.filter((run) => run.contender === contender && run.step === step);
}

/** Pure: the report as a person reads it. */
export function formatReport({ machine, rate, runs, previews, idle, goals }: Report): string {
  const lines = [
    `${machine.cpu}, Node.js ${machine.node}; load of the machine at the start ${machine.loadAtStart.toFixed(2)}`,
    `${rate} requests/s offered; seconds, medians and (min to max)`,
    "",
  ];
  const rows = [...new Set(runs.map(({ step }) => step))].flatMap((step) =>
    [...new Set(runs.map(({ contender }) => contender))]
      .map((contender) => runsOf(runs, contender, step))
      .filter((own) => own.length > 0)
      .map((own) => rowOf(step, own)),
  );
  lines.push(table([["step", "tool", "healthy", "settled", "command", "failed requests"], ...rows]), "");
  if (previews.length > 0) lines.push(`preview with nothing to do, without load: ${times([...previews])} s`, "");
  for (const { replicas, seconds, engine, shims, replicasThemselves } of idle) {
    lines.push(
      `${replicas} idle replicas over ${seconds.toFixed(0)} s, of one core: ` +
        `engine ${percent(engine)}, shims and probes ${percent(shims)}; the replicas themselves ${percent(replicasThemselves)}`,
      "",
    );
  }
  const verdicts = goals.map(({ what, got, wanted, met }) => [met ? "met" : "MISSED", what, got, wanted]);
  if (verdicts.length > 0) lines.push(table([["goal", "", "got", "wanted"], ...verdicts]));
  return lines.join("\n").trimEnd();
}

function rowOf(step: string, runs: readonly StepRun[]): string[] {
  const present = (values: readonly (number | undefined)[]) => values.filter((value) => value !== undefined);
  const offered = runs.reduce((sum, run) => sum + run.offered, 0);
  const failed = runs.reduce((sum, run) => sum + run.failed, 0);
  const kinds: Record<string, number> = {};
  for (const { failures } of runs) {
    for (const [kind, count] of Object.entries(failures)) kinds[kind] = (kinds[kind] ?? 0) + count;
  }
  const detail = Object.entries(kinds).map(([kind, count]) => `${count} x ${kind}`);
  return [
    step,
    runs[0]!.contender,
    times(present(runs.map(({ healthySeconds }) => healthySeconds))),
    times(present(runs.map(({ settledSeconds }) => settledSeconds))),
    times(runs.map(({ commandSeconds }) => commandSeconds)),
    `${failed} of ${offered}${detail.length > 0 ? ` (${detail.join(", ")})` : ""}`,
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function times(values: readonly number[]): string {
  return values.length === 0 ? "-" : `${median(values).toFixed(2)} (${spread(values)})`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
