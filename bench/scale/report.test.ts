import { htmlReport } from "./html";
import { formatReport, goalsOf, Report, rollbackStep } from "./report";
import type { StepRun } from "./step";

const run = (contender: string, step: string, healthySeconds: number | undefined, failed = 0): StepRun => ({
  ...{ contender, step, round: 1, commandSeconds: 9, healthySeconds, settledSeconds: healthySeconds },
  ...{ offered: 1000, failed, failures: failed > 0 ? { "502": failed } : {} },
});

const nothing = { runs: [], previews: [], idle: [] };

const verdict = (measured: Partial<Report>) =>
  goalsOf({ ...nothing, ...measured }).map(({ what, got, met }) => `${what}: ${got}, ${met ? "met" : "missed"}`);

describe("goals", () => {
  it("holds 3 -> 5 against compose, round by round", () => {
    const theirs = [run("compose", "3 -> 5", 2), run("compose", "3 -> 5", 4)];
    expect(verdict({ runs: [run("evenkeel", "3 -> 5", 2.5), run("evenkeel", "3 -> 5", 5), ...theirs] })).toEqual([
      "3 -> 5 healthy, of compose's: 1.25, met",
      "failed requests: 0 of 2000, met",
    ]);
    expect(verdict({ runs: [run("evenkeel", "3 -> 5", 3), run("evenkeel", "3 -> 5", 6), ...theirs] })[0]).toBe(
      "3 -> 5 healthy, of compose's: 1.50, missed",
    );
  });

  it("holds going back against scaling up", () => {
    const runs = [run("evenkeel", "3 -> 6", 4), run("evenkeel", rollbackStep, 3)];
    expect(verdict({ runs })[0]).toBe("rollback healthy, of 3 -> 6's: 0.75, met");
    expect(verdict({ runs: [run("evenkeel", "3 -> 6", 4), run("evenkeel", rollbackStep, 5)] })[0]).toMatch(
      /1\.25, missed$/,
    );
  });

  it("asks of 3 -> 6 what it asks of any number, unless it is there for going back only", () => {
    const up = run("evenkeel", "3 -> 6", 0.6);
    expect(verdict({ runs: [up] })[0]).toBe("3 -> 6 healthy, each added replica: 0.200 s, met");
    expect(verdict({ runs: [up, run("evenkeel", rollbackStep, 0.6)] }).join()).not.toContain("each added");
  });

  it("asks for a preview under 1.5 s", () => {
    expect(verdict({ previews: [1.4, 1.6, 1.45] })).toEqual(["preview, nothing to do: 1.45 s, met"]);
    expect(verdict({ previews: [1.5] })).toEqual(["preview, nothing to do: 1.50 s, missed"]);
  });

  it("divides the time of many replicas by those that were added", () => {
    expect(verdict({ runs: [run("evenkeel", "3 -> 50", 11.75), run("compose", "3 -> 50", 60)] })[0]).toBe(
      "3 -> 50 healthy, each added replica: 0.250 s, met",
    );
  });

  it("counts what watching more replicas costs the machine, and a single failed request", () => {
    const idle = [
      { replicas: 3, seconds: 60, engine: 0.1, shims: 0.002, replicasThemselves: 0.001 },
      { replicas: 50, seconds: 60, engine: 0.12, shims: 0.033, replicasThemselves: 0.02 },
    ];
    expect(verdict({ idle, runs: [run("evenkeel", "50 -> 3", undefined, 1)] })).toEqual([
      "probes of 47 more, of one core: 5.1 %, missed",
      "failed requests: 1 of 1000, missed",
    ]);
  });

  it("says nothing of what was not measured", () => {
    expect(verdict({ runs: [run("compose", "3 -> 5", 2)] })).toEqual([]);
  });
});

describe("the report", () => {
  const runs = [
    run("evenkeel", "3 -> 5", 2.5),
    run("evenkeel", "3 -> 5", 3.5),
    run("compose", "3 -> 5", 2, 3),
    run("compose", "<rollout>", undefined),
  ];
  const report: Report = {
    machine: { cpu: "2 x Some CPU", node: "20.0.0", loadAtStart: 0.5 },
    ...{ ...nothing, rate: 200, runs, goals: [] },
  };

  it("has a line for each tool of each step: medians, failures and why", () => {
    const lines = formatReport(report).split("\n");
    expect(lines).toContainEqual(expect.stringMatching(/^3 -> 5 +evenkeel +3\.00 \(2\.50 to 3\.50\) .* 0 of 2000$/));
    expect(lines).toContainEqual(expect.stringMatching(/^3 -> 5 +compose +2\.00 .* 3 of 1000 \(3 x 502\)$/));
    expect(lines).toContainEqual(expect.stringMatching(/^<rollout> +compose +- +- +9\.00 /));
    expect(lines).not.toContainEqual(expect.stringMatching(/^<rollout> +evenkeel/));
  });

  it("is a page that asks no other machine for anything, and takes no text for markup", () => {
    const page = htmlReport(report);
    expect(page).not.toMatch(/src=|href=|url\(|<script|<rollout>/);
    expect(page.match(/<rect /g)).toHaveLength(2 + 2 + 3);
    expect(page).toContain("&#60;rollout&#62;, compose");
  });
});
