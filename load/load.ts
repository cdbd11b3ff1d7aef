import { reportOf } from "./account";
import { Generator } from "./generator";
import { checkOptions, CheckedOptions, LoadOptions } from "./options";
import { periodOf, Scenario, scenariosOf, slowMs } from "./plan";
import { prepare, Session } from "./prepare";
import { ConsoleLine, RequestRecord } from "./record";
import type { LoadEvent, LoadReport } from "./report";
import { Streams } from "./streams";

/** What a load has come to so far. */
export interface LoadProgress {
  /** Seconds since the load began. */
  readonly seconds: number;
  readonly answered: number;
  readonly failed: number;
}

/**
 * Begins to offer a load, and resolves once its first request was answered.
 *
 * Open model: requests are sent at a fixed rate, whatever becomes of those before.
 *
 * @throws SetupError for options that are out of bounds (nothing was sent then), and when the stack does not answer
 */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const checked = checkOptions(options);
  const sessions = await prepare(checked);
  const load = new Load(checked, sessions);
  await load.begin();
  return load;
}

/** How long arrivals of one moment may take to say so, on a machine with a lot to do. In milliseconds. */
const momentMs = 500;

/** A load that is being offered. */
export class Load {
  private readonly records: RequestRecord[] = [];
  private readonly events: LoadEvent[] = [];
  private readonly arrivals = new Map<Scenario, { lines: number; highest: number; skipped: boolean }>();
  private generator!: Generator;
  private streams!: Streams;
  private began = 0;
  private failed = 0;
  private firstAnswer!: () => void;
  private report: Promise<LoadReport> | undefined;
  /** Whether all that was offered is accounted for. */
  private over = false;
  /** When every scenario had an arrival that sent nothing. In milliseconds of the day's clock. */
  private skippedSince?: number;

  /** For `startLoad`. */
  constructor(
    private readonly options: CheckedOptions,
    private readonly sessions: readonly Session[],
  ) {}

  /** For `startLoad`. */
  async begin(): Promise<void> {
    const { url, sse, ws } = this.options;
    const answered = new Promise<void>((resolve) => (this.firstAnswer = resolve));
    const cookies = this.sessions.map(({ cookie }) => cookie);
    this.generator = await Generator.start(this.options, cookies, (line) => this.take(line));
    this.streams = new Streams(url, sse, ws);
    try {
      await Promise.race([answered, this.generator.ended]);
    } catch (error) {
      this.streams.stop();
      await this.generator.remove();
      throw error;
    }
  }

  /** Puts an event on the time line: "pulumi up". */
  mark(name: string): void {
    this.events.push({ at: Date.now(), name });
  }

  get progress(): LoadProgress {
    const seconds = this.began === 0 ? 0 : (Date.now() - this.began) / 1000;
    return { seconds, answered: this.records.length, failed: this.failed };
  }

  /** Resolves to the report when the load has ended by itself, or was stopped. @throws Error when k6 itself fails */
  async finished(): Promise<LoadReport> {
    await this.generator.ended;
    return (this.report ??= this.conclude());
  }

  /** Sends no more, waits for what is under way (no longer than its time-out) and reports. A second call gives the same. */
  stop(): Promise<LoadReport> {
    return (this.report ??= this.settle().then(() => this.conclude()));
  }

  private async settle(): Promise<void> {
    await this.generator.stopSending();
    const until = Date.now() + this.options.timeoutSeconds * 1000 + slowMs + 2000;
    let ended = false;
    void this.generator.ended.finally(() => (ended = true)).catch(() => undefined);
    while (!ended && !this.isSettled() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
    this.over = this.isSettled();
    await this.generator.end();
  }

  /**
   * An arrival that sent nothing came after all that did: when none before it is missing, nothing is under way. But for those of the
   * same moment: a client may have its number before another, and look later whether to stop. Soon higher numbers are skipped too.
   */
  private isSettled(): boolean {
    const states = [...this.arrivals.values()];
    const expected = Object.keys(scenariosOf(this.options).arrivals).length;
    if (states.length < expected || !states.every(({ skipped }) => skipped)) return false;
    this.skippedSince ??= Date.now();
    return Date.now() - this.skippedSince >= momentMs && this.missing() === 0;
  }

  private missing(): number {
    return [...this.arrivals.values()].reduce((sum, { lines, highest }) => sum + highest + 1 - lines, 0);
  }

  private take(line: ConsoleLine): void {
    if (line.type === "clock") {
      this.began = line.began;
      return;
    }
    const { scenario, index } = line.type === "skip" ? line : line.record;
    const state = this.arrivals.get(scenario) ?? { lines: 0, highest: -1, skipped: false };
    this.arrivals.set(scenario, state);
    // k6 takes the client back that means "stop" (v1.8.1, `externally_controlled.go`) a moment before its other clients end, so as it ends
    // it may begin a request and cut it off. The load was over then.
    if (this.over && index > state.highest) return;
    state.lines++;
    state.highest = Math.max(state.highest, index);
    if (line.type === "skip") {
      state.skipped = true;
      return;
    }
    this.records.push(line.record);
    if (line.record.status < 200 || line.record.status >= 300) this.failed++;
    this.firstAnswer();
  }

  private async conclude(): Promise<LoadReport> {
    const streams = this.streams.stop();
    const dropped = await this.generator.dropped();
    const { arrivals } = scenariosOf(this.options);
    await this.generator.remove();
    return reportOf({
      ...{ url: this.options.url, mix: this.options.mix, rate: this.options.rate },
      ...{ began: this.began, records: this.records, dropped, missing: this.missing(), streams },
      periods: Object.fromEntries(Object.entries(arrivals).map(([name, scenario]) => [name, periodOf(scenario)])),
      sessions: this.sessions,
      events: this.events,
      generatorCpuSeconds: this.generator.cpuSeconds,
    });
  }
}
