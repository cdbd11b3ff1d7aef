import type { Logger } from "./logger";

/** `stopped` is seen only by what runs after the last drain step. */
export type Phase = "starting" | "ready" | "draining" | "stopped";

/** What a drain step needs to know. */
export interface Drain {
  /** Whether the process ever took work. One that did not has nobody to wait for. */
  wasReady: boolean;
  /** Milliseconds until the process ends itself, whatever is left to do. */
  remainingMs(): number;
}

export interface LifecycleOptions {
  logger: Logger;
  /** Seconds between SIGTERM and the engine's SIGKILL. */
  stopGraceSeconds: number;
  /** Ends the process. @default process.exit */
  exit?: (code: number) => void;
}

/** The process ends itself this much before the engine would: a log line and an exit code say more than SIGKILL. */
const HEADROOM_MS = 500;

/**
 * The states of a process and the only way out of it: starting -> ready -> draining -> stopped.
 *
 * A stop turns the process not-ready in the same turn of the event loop (`draining` aborts), runs the drain steps in the order
 * of their registration, each even if one before it failed, and exits: 0 when all went well, 1 when a step failed or the
 * grace period was used up.
 */
export class Lifecycle {
  private current: Phase = "starting";
  private readonly steps: { name: string; run: (drain: Drain) => Promise<void> }[] = [];
  private readonly stopping = new AbortController();
  private readonly onReady: (() => void)[] = [];
  private running: Promise<void> | undefined;
  private readonly exit: (code: number) => void;

  constructor(private readonly options: LifecycleOptions) {
    this.exit = options.exit ?? ((code) => process.exit(code));
  }

  get phase(): Phase {
    return this.current;
  }

  /** Aborts the moment the drain starts. */
  get draining(): AbortSignal {
    return this.stopping.signal;
  }

  /** Has something run the moment the process becomes ready. */
  whenReady(run: () => void): void {
    this.onReady.push(run);
  }

  /** The process can take work. Without effect once it drains: a Redis that appears late must not undo a stop. */
  ready(): void {
    if (this.current === "starting") {
      this.current = "ready";
      this.options.logger.info({ startMs: Math.round(process.uptime() * 1000) }, "ready");
      this.onReady.forEach((run) => run());
    }
  }

  /**
   * The same, once the process has lived this long: one that ends before (a leak, a late crash) never took any work.
   *
   * @param minSeconds counted from the process's start
   */
  readyAfter(minSeconds: number): void {
    const leftMs = Math.max(0, minSeconds * 1000 - process.uptime() * 1000);
    if (minSeconds === 0 || leftMs === 0) return this.ready();
    this.options.logger.info({ leftMs: Math.round(leftMs) }, "could take work, waits for its minimum age");
    setTimeout(() => this.ready(), leftMs).unref();
  }

  /** Adds a step of the drain, run after those added before it. */
  onDrain(name: string, run: (drain: Drain) => Promise<void>): void {
    this.steps.push({ name, run });
  }

  /** Drains and exits. A second call (a second SIGTERM, an impatient person) changes nothing. */
  stop(reason: string): Promise<void> {
    if (this.running) {
      this.options.logger.info({ reason }, "already draining");
      return this.running;
    }
    this.running = this.drain(reason);
    return this.running;
  }

  /** Takes over the process's signals and its last words: an error nobody handled is logged and ends the process with 1. */
  install(from: NodeJS.Process = process): void {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      from.removeAllListeners(signal); // early-stop.ts
      from.on(signal, () => void this.stop(signal));
    }
    for (const event of ["uncaughtException", "unhandledRejection"] as const) {
      from.on(event, (error: unknown) => this.fail(error, event));
    }
  }

  /** Ends the process with 1: its state can not be trusted any more. */
  fail(error: unknown, what: string): void {
    this.options.logger.fatal({ err: error }, what);
    this.exit(1);
  }

  private async drain(reason: string): Promise<void> {
    const { logger } = this.options;
    const started = performance.now();
    const limitMs = this.options.stopGraceSeconds * 1000 - HEADROOM_MS;
    const drain: Drain = {
      wasReady: this.current === "ready",
      remainingMs: () => Math.max(0, limitMs - (performance.now() - started)),
    };
    let step = "";
    const deadline = setTimeout(() => {
      logger.error({ step, limitMs }, "drain took too long");
      this.exit(1);
    }, limitMs);

    this.current = "draining";
    logger.info({ reason }, "draining");
    this.stopping.abort();

    let failed = false;
    for (const { name, run } of this.steps) {
      step = name;
      try {
        await run(drain);
      } catch (error) {
        failed = true;
        logger.error({ err: error, step }, "drain step failed");
      }
    }
    clearTimeout(deadline);
    this.current = "stopped";
    logger.info({ drainMs: Math.round(performance.now() - started) }, "stopped");
    this.exit(failed ? 1 : 0);
  }
}
