import { Agent, request } from "node:http";

/** Every request a load offered, by what became of it. */
export interface LoadReport {
  readonly sent: number;
  readonly succeeded: number;
  /** What went wrong -> how often: "502", "ECONNRESET", "time-out". */
  readonly failures: Readonly<Record<string, number>>;
}

/**
 * Offers `GET path` at a fixed rate until it is stopped, whatever becomes of the requests before (an open model: a slow
 * answer does not slow the offer down). Connections are kept alive, as a proxy's or a browser's are.
 */
export class Load {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private readonly pending = new Set<Promise<void>>();
  private readonly failures: Record<string, number> = {};
  private sent = 0;
  private succeeded = 0;
  private readonly timer: NodeJS.Timeout;

  /**
   * @param url only a loopback address is accepted
   * @param perSecond requests offered in a second
   * @param maxSeconds ends by itself after this long. @default 120
   */
  constructor(
    private readonly url: string,
    perSecond: number,
    maxSeconds = 120,
  ) {
    if (new URL(url).hostname !== "127.0.0.1") throw new Error(`load goes to 127.0.0.1 only, not to ${url}`);
    const started = Date.now();
    this.timer = setInterval(() => {
      const elapsed = Math.min((Date.now() - started) / 1000, maxSeconds);
      while (this.sent < elapsed * perSecond) this.send();
      if (elapsed >= maxSeconds) clearInterval(this.timer);
    }, 5);
  }

  /** Stops offering, waits for what is under way (at most 10 s a request), and reports. */
  async stop(): Promise<LoadReport> {
    clearInterval(this.timer);
    await Promise.all(this.pending);
    this.agent.destroy();
    return { sent: this.sent, succeeded: this.succeeded, failures: this.failures };
  }

  private send(): void {
    this.sent++;
    const done = this.one().then(
      (status) => {
        if (status === 200) this.succeeded++;
        else this.fail(String(status));
      },
      (error: NodeJS.ErrnoException) => this.fail(error.code ?? error.message),
    );
    this.pending.add(done);
    void done.finally(() => this.pending.delete(done));
  }

  private fail(reason: string): void {
    this.failures[reason] = (this.failures[reason] ?? 0) + 1;
  }

  private one(): Promise<number> {
    return new Promise((resolve, reject) => {
      const outgoing = request(this.url, { agent: this.agent, timeout: 10_000 }, (response) => {
        response.resume();
        response.once("end", () => resolve(response.statusCode!));
        response.once("error", reject);
      });
      outgoing.once("timeout", () => outgoing.destroy(new Error("time-out")));
      outgoing.once("error", reject);
      outgoing.end();
    });
  }
}
