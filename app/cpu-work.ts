import { Worker } from "node:worker_threads";
import { AppError } from "./errors";

/** Runs in a thread of its own. As text, because the process is one bundled file and a thread starts from a file or a text. */
const BUSY_LOOP = `
const { parentPort, workerData } = require("node:worker_threads");
const started = performance.now();
let value = 0;
while (performance.now() - started < workerData) {
  for (let round = 0; round < 10000; round++) value = Math.sqrt(value + round);
}
parentPort.postMessage(performance.now() - started);`;

export interface CpuWorkOptions {
  /** Threads at a time, each of about 10 MB. @default 2 */
  maxAtOnce?: number;
  /** Pieces of work that wait for a thread; one more is refused. @default 16 */
  maxWaiting?: number;
}

/** Keeps a CPU busy for a while, off the event loop: the process answers as before. */
export class CpuWork {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly maxAtOnce: number;
  private readonly maxWaiting: number;

  constructor({ maxAtOnce = 2, maxWaiting = 16 }: CpuWorkOptions = {}) {
    this.maxAtOnce = maxAtOnce;
    this.maxWaiting = maxWaiting;
  }

  /**
   * @param milliseconds how long
   * @param signal ends it early: nobody waits for it any more
   * @returns how long it was, in milliseconds
   * @throws AppError busy when too much waits already; what `signal` gives as its reason
   */
  async run(milliseconds: number, signal: AbortSignal): Promise<number> {
    await this.takeTurn(signal);
    try {
      return await inThread(milliseconds, signal);
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }

  private async takeTurn(signal: AbortSignal): Promise<void> {
    if (this.running >= this.maxAtOnce) {
      if (this.waiting.length >= this.maxWaiting) {
        throw new AppError("busy");
      }
      await new Promise<void>((resolve, reject) => {
        this.waiting.push(resolve);
        signal.addEventListener("abort", () => {
          const at = this.waiting.indexOf(resolve);
          if (at >= 0) {
            this.waiting.splice(at, 1);
            reject(signal.reason as Error);
          }
        });
      });
    }
    this.running++;
  }
}

function inThread(milliseconds: number, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // It needs nothing of our environment, which holds secrets.
    const thread = new Worker(BUSY_LOOP, {
      eval: true,
      workerData: milliseconds,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
    });
    const end = () => {
      void thread.terminate();
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", end, { once: true });
    thread.once("message", resolve);
    thread.once("error", reject);
    thread.once("exit", () => {
      signal.removeEventListener("abort", end);
      reject(new Error("the thread ended without a result"));
    });
  });
}
