import { HOLD_MS } from "../../runtime/probe";
import { rotated } from "../statistics";
import type { Contender } from "./contender";
import { measureIdleCost } from "./engine-cpu";
import { Field, settled } from "./field";
import { Report, rollbackStep, scaleUpByThree } from "./report";
import { measureStep, StepRun } from "./step";

/** What rounds come to. */
export type Measured = Pick<Report, "runs" | "previews" | "idle">;

interface RoundOptions {
  /** Requests offered in a second. */
  readonly rate: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
  readonly interrupted: AbortSignal;
}

/** Seconds over which the cost of idle replicas is taken: a whole cycle of held probes, so that each replica is probed once. */
const idleSeconds = HOLD_MS / 1000 + 1;

/**
 * 3 -> 5, 5 -> 3, a rollout of 3, and nothing to do: each contender in turns, each round begun by another one. And going back to
 * the release before, which no peer can, beside the scale-up that makes as many replicas.
 */
export async function measureRounds(field: Field, options: RoundOptions): Promise<Measured> {
  const runs: StepRun[] = [];
  const previews: number[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    for (const contender of rotated(field.contenders, round - 1)) {
      const measure = stepper(contender, round, options, runs);
      await measure("3 -> 5", { replicas: 5, revision: round - 1 });
      await measure("5 -> 3", { replicas: 3, revision: round - 1 });
      await measure("rollout of 3", { replicas: 3, revision: round });
      await measure("nothing to do", { replicas: 3, revision: round });
      if (contender !== field.evenkeel) continue;
      const began = process.hrtime.bigint();
      await field.evenkeel.preview();
      previews.push(Number(process.hrtime.bigint() - began) / 1e9);
      const measureBack = stepper(field.evenkeel.goingBack(), round, options, runs);
      await measureBack(rollbackStep, { replicas: 3, revision: round - 1 });
      await field.evenkeel.goForward();
      await measure(scaleUpByThree, { replicas: 6, revision: round });
      await contender.declare({ replicas: 3, revision: round });
      await contender.apply();
    }
  }
  return { runs, previews, idle: [] };
}

/** 3 -> n -> 3, and what watching n idle replicas costs. */
export async function measureMany(field: Field, replicas: number, options: RoundOptions): Promise<Measured> {
  const runs: StepRun[] = [];
  const idle: Report["idle"][number][] = [];
  for (let round = 1; round <= options.rounds; round++) {
    for (const contender of rotated(field.contenders, round - 1)) {
      const measure = stepper(contender, round, options, runs);
      const idles = async () => {
        if (contender !== field.evenkeel || round > 1) return;
        const ids = await contender.service.ids();
        options.say(`lets ${ids.length} replicas idle for ${idleSeconds} s`);
        idle.push(await measureIdleCost(ids, idleSeconds));
      };
      await idles();
      await measure(`3 -> ${replicas}`, { ...settled, replicas });
      await idles();
      await measure(`${replicas} -> 3`, settled);
    }
  }
  return { runs, previews: [], idle };
}

function stepper(contender: Contender, round: number, options: RoundOptions, runs: StepRun[]) {
  const { rate, rounds, say, interrupted } = options;
  return async (step: string, wanted: { replicas: number; revision: number }) => {
    interrupted.throwIfAborted();
    const run = await measureStep(contender, { step, round, wanted, rate });
    interrupted.throwIfAborted();
    runs.push(run);
    const healthy = run.healthySeconds === undefined ? "" : `healthy ${run.healthySeconds.toFixed(2)} s, `;
    say(
      `round ${round} of ${rounds}, ${contender.name}, ${step}: ${healthy}command ${run.commandSeconds.toFixed(2)} s, ` +
        `${run.failed} of ${run.offered} requests failed`,
    );
  };
}
