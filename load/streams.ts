import { EventSource } from "eventsource";
import { WebSocket } from "ws";

/** What became of the streams that were held. */
export interface StreamReport {
  /** Streams held at the same time. */
  readonly held: number;
  /** Times that one was opened, again or for the first time. */
  readonly opened: number;
  readonly messages: number;
  /** Why -> how often: "ws 1001", "sse end". */
  readonly closed: Readonly<Record<string, number>>;
  /** Milliseconds from each close to the next open, the longest. */
  readonly longestGapMs: number;
  /** Replica -> times that one was opened to it. */
  readonly replicas: Readonly<Record<string, number>>;
  /** Streams that did not come back, or only after five seconds: why -> how often. */
  readonly failures: Readonly<Record<string, number>>;
}

/** A stream has to be back after this long, and a message answered; milliseconds. */
const patienceMs = 5000;

/** Between two messages of a WebSocket, milliseconds. */
const messageMs = 1000;

/** A client does not come back in the same millisecond as all others; milliseconds. */
const returnMs = () => 250 + Math.random() * 500;

/** Holds streams open, as browsers with a live page do: what is closed comes back. */
export class Streams {
  private readonly ends: (() => void)[] = [];
  private readonly gone = new Map<object, number>();
  private readonly closed: Record<string, number> = {};
  private readonly replicas: Record<string, number> = {};
  private readonly failures: Record<string, number> = {};
  private opened = 0;
  private messages = 0;
  private longestGapMs = 0;
  private stopping = false;

  constructor(
    private readonly url: string,
    private readonly sse: number,
    private readonly ws: number,
  ) {
    for (let count = 0; count < sse; count++) this.holdEvents();
    for (let count = 0; count < ws; count++) this.holdSocket();
  }

  /** Ends all of them and reports. */
  stop(): StreamReport {
    this.stopping = true;
    for (const since of this.gone.values()) {
      if (performance.now() - since > patienceMs) this.fail("stream did not come back");
    }
    for (const end of this.ends) end();
    const { closed, replicas, failures, opened, messages } = this;
    const longestGapMs = Math.round(this.longestGapMs);
    return { held: this.sse + this.ws, opened, messages, closed, longestGapMs, replicas, failures };
  }

  private holdEvents(): void {
    const me = {};
    let source: EventSource;
    this.ends.push(() => source.close());
    const open = () => {
      source = new EventSource(`${this.url}/events`);
      source.addEventListener("open", () => this.back(me));
      source.addEventListener("hello", ({ data }) => this.seen((JSON.parse(data) as { instance: string }).instance));
      source.addEventListener("overview", () => this.messages++);
      source.addEventListener("error", ({ code, message }) => {
        // The library itself comes back after an end; it gives up after a wrong answer.
        if (this.left(me)) count(this.closed, "sse end");
        else this.fail(`sse: ${code ?? message ?? "no connection"}`);
        if (source.readyState === source.CLOSED && !this.stopping) setTimeout(open, returnMs());
      });
    };
    this.gone.set(me, performance.now());
    open();
  }

  private holdSocket(): void {
    const me = {};
    let socket: WebSocket;
    let timer: NodeJS.Timeout;
    this.ends.push(() => {
      clearInterval(timer);
      socket.terminate();
    });
    const open = () => {
      if (this.stopping) return;
      socket = new WebSocket(`${this.url.replace(/^http/, "ws")}/ws`, { handshakeTimeout: patienceMs });
      const { talk, answered } = this.conversation(socket);
      socket.on("open", () => {
        this.back(me);
        talk();
        timer = setInterval(talk, messageMs);
      });
      socket.on("message", answered);
      let error = "";
      socket.on("error", ({ message }) => (error = message));
      socket.on("close", (code) => {
        clearInterval(timer);
        if (this.stopping) return;
        if (this.left(me)) count(this.closed, `ws ${code}`);
        else this.fail(`ws: ${error || `closed with ${code}`}`);
        setTimeout(open, returnMs());
      });
    };
    this.gone.set(me, performance.now());
    open();
  }

  /** Messages of one socket: one at a time, each answered in time or the socket is given up. */
  private conversation(socket: WebSocket) {
    let asked = 0;
    let first = true;
    return {
      talk: () => {
        if (asked === 0) {
          asked = performance.now();
          socket.send("load");
        } else if (performance.now() - asked > patienceMs) {
          this.fail("ws: a message was not answered");
          socket.terminate();
        }
      },
      answered: (data: unknown) => {
        asked = 0;
        this.messages++;
        if (first) this.seen((JSON.parse(String(data)) as { served_by: { instance: string } }).served_by.instance);
        first = false;
      },
    };
  }

  private back(stream: object): void {
    const gap = performance.now() - (this.gone.get(stream) ?? performance.now());
    this.gone.delete(stream);
    this.opened++;
    this.longestGapMs = Math.max(this.longestGapMs, gap);
    if (gap > patienceMs) this.fail("stream came back late");
  }

  /** @returns whether it was open before */
  private left(stream: object): boolean {
    if (this.gone.has(stream)) return false;
    this.gone.set(stream, performance.now());
    return true;
  }

  private seen(replica: string): void {
    count(this.replicas, replica);
  }

  private fail(reason: string): void {
    if (!this.stopping || reason === "stream did not come back") count(this.failures, reason);
  }
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
