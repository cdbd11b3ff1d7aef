import type { Attempt } from "./attempt";

/** The job is not this attempt's any more: whatever comes of it, Redis would not take it. */
export class LostLockError extends Error {
  override readonly name = "LostLockError";

  constructor() {
    super("lost its lock");
  }
}

export interface LockRenewalOptions {
  /** Milliseconds a lock lives. */
  lockMs: number;
  /** The attempts in hand, no two of one job. */
  inHand: () => Iterable<Attempt>;
  /** Has each lock live for so many milliseconds more; resolves to the ids of jobs whose lock is lost. */
  extend: (ids: string[], tokens: string[], ms: number) => Promise<string[]>;
  onError: (error: Error) => void;
}

/**
 * Renews the locks of attempts in hand, and ends an attempt whose lock is lost: Redis was away for longer than a lock lives, or this process
 * stood still. Whoever takes the job over must be the only one who does it.
 *
 * BullMQ's own renewal knows a job by its id alone. When a worker takes the job anew that it lost, the end of the older attempt ends the
 * renewal of the newer one's lock; so that one is lost too, and in the end the job fails, done many times.
 *
 * It looks four times while a lock lives and renews what was in hand at the look before: a lock is a half over at most, and that of a
 * short job is never renewed.
 */
export class LockRenewal {
  private before = new Set<Attempt>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly options: LockRenewalOptions) {
    this.arm();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    const { inHand, extend, lockMs, onError } = this.options;
    const now = new Set(inHand());
    const due = [...now].filter((attempt) => this.before.has(attempt));
    this.before = now;
    try {
      if (due.length > 0) {
        const ids = due.map(({ job }) => job.id ?? "");
        const tokens = due.map(({ job }) => job.token ?? "");
        const lost = new Set(await extend(ids, tokens, lockMs));
        due.filter(({ job }) => lost.has(job.id ?? "")).forEach((attempt) => attempt.abort(new LostLockError()));
      }
    } catch (error) {
      onError(error as Error);
    }
    this.arm();
  }

  /** The next look begins when this one's answer is there: while Redis is away one command waits for it. */
  private arm(): void {
    if (!this.stopped) {
      this.timer = setTimeout(() => void this.look(), this.options.lockMs / 4).unref();
    }
  }
}
