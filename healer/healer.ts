import type { Logger } from "../runtime/logger";
import { decideHealing, type Decision } from "./decide";
import type { Engine } from "./engine";
import { Memory } from "./memory";
import type { HealPolicy } from "./policy";
import type { Prober } from "./prober";

export interface HealerOptions {
  readonly engine: Engine;
  readonly prober: Prober;
  readonly policy: HealPolicy;
  readonly logger: Logger;
}

/** Looks at the replicas every few seconds and restarts those that `decideHealing` names. */
export class Healer {
  private readonly memory = new Memory();
  /** What was said last of each replica that is left alone: a reason is logged once, not every other second. */
  private said = new Map<string, string>();
  private timer?: NodeJS.Timeout;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly options: HealerOptions) {}

  /** Looks once, so that a healer that cannot reach the engine does not count as ready, and goes on. @throws Error */
  async start(): Promise<void> {
    this.schedule(0, await this.look());
  }

  /** Ends after the look, and the restart, under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  /** The interval is from the beginning of one look to the beginning of the next; looks do not overlap. */
  private schedule(tookMs: number, allAnswered: boolean): void {
    if (this.stopped) return;
    const { policy, logger } = this.options;
    const intervalMs = allAnswered ? policy.intervalMs : policy.silentIntervalMs;
    this.timer = setTimeout(
      () => {
        const started = performance.now();
        const look = this.look().catch((error: unknown) => {
          logger.error({ err: error }, "look failed");
          return true;
        });
        this.looking = look.then((answered) => this.schedule(performance.now() - started, answered));
      },
      Math.max(0, intervalMs - tookMs),
    );
  }

  /** @returns whether all that were asked answered */
  private async look(): Promise<boolean> {
    const { engine, prober, policy } = this.options;
    const containers = await engine.replicas();
    const answers = await Promise.all(
      containers.map(async ({ name, state, address }) => {
        const asked = state === "running" && address !== undefined;
        return [name, asked ? await prober.probe(address) : undefined] as const;
      }),
    );
    const observations = this.memory.observe(containers, new Map(answers));
    await this.apply(decideHealing(observations, policy, performance.now()));
    return observations.every(({ failures }) => failures === 0);
  }

  /** One after the other: the healer has no hurry that would be worth two replicas fewer at once. */
  private async apply(decisions: readonly Decision[]): Promise<void> {
    const { engine, logger } = this.options;
    const said = new Map<string, string>();
    for (const { name, action, reason } of decisions) {
      if (action === "leave") {
        said.set(name, reason);
        if (this.said.get(name) !== reason) logger.warn({ replica: name, reason }, "silent, left alone");
        continue;
      }
      logger.warn({ replica: name, reason }, "restarting");
      const started = performance.now();
      // Counted when it is tried: an engine that fails each time must not be asked for ever.
      this.memory.restarted(name, started);
      await engine.restart(name).then(
        () => logger.warn({ replica: name, restartMs: Math.round(performance.now() - started) }, "restarted"),
        (error: unknown) => logger.error({ replica: name, err: error }, "restart failed"),
      );
    }
    this.said = said;
  }
}
