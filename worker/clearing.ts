/** Completed jobs after which old ones are cleared away, whatever the time. */
const JOBS = 100;

/** Milliseconds after which they are, however few. */
const PAUSE_MS = 1000;

/**
 * Says with which completed job those whose time is over are cleared away. BullMQ can do it with each, but looking for them is an eighth
 * of what a small job costs Redis; so it is every hundredth, or the first after a second. Until then a worker keeps a hundred too many at most.
 */
export class Clearing {
  private since = 0;
  private last = -Infinity;

  /** @param now a clock, in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whether this completed job is one of those. To be asked once for each. */
  isDue(): boolean {
    const now = this.now();
    if (++this.since < JOBS && now - this.last < PAUSE_MS) {
      return false;
    }
    this.since = 0;
    this.last = now;
    return true;
  }
}
