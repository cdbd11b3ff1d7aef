import { startLoad } from "../../load/load";
import { eventually } from "../../tests/support/eventually";
import type { Contender, Wanted } from "./contender";

/** What one step of one contender came to. */
export interface StepRun {
  readonly contender: string;
  readonly step: string;
  readonly round: number;
  /** Until the command ended. */
  readonly commandSeconds: number;
  /** Until the last new replica was healthy, by the engine's events; absent when there was none. */
  readonly healthySeconds?: number;
  /** Until the last surplus replica was gone too; absent when nothing came or went. */
  readonly settledSeconds?: number;
  readonly offered: number;
  readonly failed: number;
  /** What went wrong -> how often. */
  readonly failures: Readonly<Record<string, number>>;
}

export interface StepOptions {
  readonly step: string;
  readonly round: number;
  readonly wanted: Wanted;
  /** Requests offered in a second while it happens; 0 for none. */
  readonly rate: number;
}

/** Longest a step may take. In seconds. */
const limit = 300;

/** Makes a change under load, from a second before it to a second after the last replica came or went. */
export async function measureStep(contender: Contender, options: StepOptions): Promise<StepRun> {
  const { step, round, wanted, rate } = options;
  await contender.declare(wanted);
  // Visits with sessions and reads, not the mixed traffic: of what interrupts a stream or a slow request no peer makes a promise.
  const load = rate > 0 ? await startLoad({ url: contender.url, rate, mix: "get", durationSeconds: limit }) : undefined;
  const stopFollowing = contender.service.follow();
  try {
    await pause(1);
    const began = Date.now();
    await contender.apply();
    const commandSeconds = (Date.now() - began) / 1000;
    await eventually(
      `${contender.name} has ${wanted.replicas} healthy replicas`,
      () => isSettled(contender, wanted),
      limit,
    );
    await pause(1);
    const events = stopFollowing();
    const { offered, failed, failures } = (await load?.stop()) ?? { offered: 0, failed: 0, failures: {} };
    const last = (...kinds: string[]) => {
      const times = events.filter(({ what, at }) => kinds.includes(what) && at >= began).map(({ at }) => at);
      return times.length > 0 ? (Math.max(...times) - began) / 1000 : undefined;
    };
    return {
      ...{ contender: contender.name, step, round, commandSeconds },
      healthySeconds: last("health_status: healthy"),
      settledSeconds: last("health_status: healthy", "die"),
      ...{ offered, failed, failures },
    };
  } finally {
    stopFollowing();
    // Twice is once; what k6 says to an interruption is no news.
    await load?.stop().catch(() => undefined);
  }
}

async function isSettled({ service }: Contender, { replicas }: Wanted): Promise<boolean> {
  const { running, healthy } = await service.count();
  return running === replicas && healthy === replicas;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
