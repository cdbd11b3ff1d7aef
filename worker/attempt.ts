import type { Job } from "bullmq";
import type { JobContext } from "./processors/processor";

/**
 * One attempt of a job, which can be ended from outside whether or not its processor listens.
 *
 * The signal is made when somebody asks for it: most processors are done before they would, and an AbortController is a
 * fifth of the time a small job takes (measured).
 */
export class Attempt {
  private controller: AbortController | undefined;
  private reason: Error | undefined;
  private reject: ((reason: Error) => void) | undefined;

  constructor(readonly job: Pick<Job, "id" | "name" | "opts" | "token">) {}

  /** Settles as `work` does, or rejects with the reason of an abort that comes first. */
  run<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.reject = reject;
      if (this.reason) {
        reject(this.reason);
      }
      work.then(resolve, reject);
    });
  }

  /** The first reason counts. */
  abort(reason: Error): void {
    this.reason ??= reason;
    this.controller?.abort(this.reason);
    this.reject?.(this.reason);
  }

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.reason) {
      this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }
}

/** What a processor is told, with a signal that is made when it is asked for. */
export class AttemptContext implements JobContext {
  constructor(
    readonly idempotencyKey: string,
    private readonly attempt: Attempt,
  ) {}

  get signal(): AbortSignal {
    return this.attempt.signal;
  }
}
