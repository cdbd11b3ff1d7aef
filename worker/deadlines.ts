/**
 * One timer for all attempts in hand. Each has the same time, so the one that began first is due first; a timer for each, set and
 * cleared, is a fortieth of what a small job costs.
 */
export class Deadlines<T> {
  private readonly due = new Map<T, number>();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param limitMs what each may take
   * @param expire told of each that took longer, once
   */
  constructor(
    private readonly limitMs: number,
    private readonly expire: (item: T) => void,
  ) {}

  begin(item: T): void {
    const now = performance.now();
    this.due.set(item, now + this.limitMs);
    this.timer ??= this.arm(this.limitMs);
  }

  end(item: T): void {
    this.due.delete(item);
  }

  /** The timer stays when its attempt has ended: it looks again when the next one is due. */
  private look(): void {
    this.timer = undefined;
    const now = performance.now();
    for (const [item, due] of this.due) {
      if (due > now) {
        this.timer = this.arm(due - now);
        return;
      }
      this.due.delete(item);
      this.expire(item);
    }
  }

  /** It does not keep the process alive: without anything in hand there is nothing to end. */
  private arm(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.look(), Math.ceil(ms)).unref();
  }
}
