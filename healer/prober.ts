import { Agent, request } from "node:http";

/**
 * Asks replicas for their phase, each over one connection that is kept: an idle stack costs a few packets a probe.
 * What counts is whether there is an answer.
 */
export class Prober {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** @param port of the replicas' internal server @param timeoutMs for the whole answer, connecting included */
  constructor(
    private readonly port: number,
    private readonly timeoutMs: number,
  ) {}

  /** What the process at `address` says of itself ("ready", "draining"), or undefined when it is silent. Never rejects. */
  probe(address: string): Promise<string | undefined> {
    const { agent, port, timeoutMs } = this;
    return new Promise((resolve) => {
      const outgoing = request({ host: address, port, path: "/phase", agent }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text = (text + chunk).slice(0, 64)));
        response.on("end", () => done(text));
        response.on("error", () => done(undefined));
      });
      const done = (answer: string | undefined) => {
        clearTimeout(timer);
        resolve(answer);
      };
      // Timers run before what has arrived is read: after a second in which the healer itself got no CPU, an answer may be waiting.
      const timer = setTimeout(() => setImmediate(giveUp), timeoutMs);
      const giveUp = () => {
        done(undefined);
        outgoing.destroy();
      };
      // A connection that was kept may have been closed by a restart: silence once is no reason to act.
      outgoing.on("error", () => done(undefined));
      outgoing.end();
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
