import type { ServerResponse } from "node:http";
import { isRedisUnavailable } from "../../runtime/redis";
import type { Lifecycle } from "../../runtime/lifecycle";
import type { Logger } from "../../runtime/logger";
import type { Look } from "./overview";

/** Milliseconds between two looks at Redis, as long as anybody watches. */
const LOOK_MS = 1000;

/** Streams a replica carries; one more is refused. Each costs a few hundred bytes a second. */
const MAX_STREAMS = 200;

/** A client that leaves this much unread is given up, in bytes. */
const MAX_UNREAD = 256 * 1024;

/** A line to keep what is between us and the browser from taking the stream for dead, in milliseconds. */
const KEEP_ALIVE_MS = 15_000;

/** What was seen last, as it is sent. A stream that opens between two looks need not wait for the next. */
interface Seen {
  overview: string;
  history: string;
}

/** Somebody who watches. What was sent last is not sent again. */
interface Stream {
  response: ServerResponse;
  sessionId: string;
  sent: Partial<Seen> & { session?: number };
  writtenAt: number;
}

export interface LiveStreamsOptions {
  instance: string;
  lifecycle: Pick<Lifecycle, "draining">;
  logger: Logger;
  /** Reads what there is to show. @param fresh whether the history is wanted in any case */
  look: (sessionIds: readonly string[], fresh: boolean) => Promise<Look>;
  /** @default 200 */
  maxStreams?: number;
}

/** An event as `text/event-stream` has it: https://html.spec.whatwg.org/multipage/server-sent-events.html */
function event(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}

/**
 * The open streams of this replica. One look at Redis a second serves them all, and none is made while nobody watches.
 *
 * When the drain starts every stream ends; the browser comes back after its `retry`, by then to another replica. The times
 * are spread, so that the next replica does not meet all of them in one millisecond.
 */
export class LiveStreams {
  private readonly streams = new Set<Stream>();
  private looking = false;
  private seen: Seen | undefined;

  constructor(private readonly options: LiveStreamsOptions) {
    options.lifecycle.draining.addEventListener("abort", () => this.endAll(), { once: true });
  }

  get count(): number {
    return this.streams.size;
  }

  get isFull(): boolean {
    return this.streams.size >= (this.options.maxStreams ?? MAX_STREAMS);
  }

  /** Takes over an answer whose headers are set. While this replica drains the stream ends at once: try another one. */
  add(response: ServerResponse, sessionId: string): void {
    const stream: Stream = { response, sessionId, sent: {}, writtenAt: performance.now() };
    response.write(`retry: ${250 + Math.round(Math.random() * 500)}\n\n`);
    response.write(event("hello", JSON.stringify({ instance: this.options.instance, at: Date.now() })));
    if (this.options.lifecycle.draining.aborted) {
      response.end(event("drain", "{}"));
      return;
    }
    this.streams.add(stream);
    response.on("close", () => this.streams.delete(stream));
    if (this.seen) {
      this.tell(stream, this.seen);
    }
    void this.lookOn();
  }

  private endAll(): void {
    for (const { response } of this.streams) {
      response.end(event("drain", "{}"));
    }
    this.streams.clear();
  }

  /** Looks once a second until nobody watches any more. */
  private async lookOn(): Promise<void> {
    if (this.looking) {
      return;
    }
    this.looking = true;
    while (this.streams.size > 0) {
      await this.lookOnce();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS).unref());
    }
    this.looking = false;
    this.seen = undefined;
  }

  private async lookOnce(): Promise<void> {
    const watching = [...this.streams];
    const sessionIds = [...new Set(watching.map(({ sessionId }) => sessionId))];
    try {
      const { overview, history, sessions } = await this.options.look(sessionIds, this.seen === undefined);
      this.seen = {
        overview: JSON.stringify(overview),
        history: history ? JSON.stringify(history) : (this.seen?.history ?? "[]"),
      };
      for (const stream of watching) {
        this.tell(stream, this.seen, sessions.get(stream.sessionId));
      }
    } catch (error) {
      if (!isRedisUnavailable(error)) {
        this.options.logger.error({ err: error }, "live page: look failed");
      }
      for (const stream of watching) {
        delete stream.sent.overview; // Sent again when Redis is back, changed or not: it ends the outage.
        this.write(stream, event("outage", "{}"));
      }
    }
  }

  private tell(stream: Stream, { overview, history }: Seen, session = stream.sent.session): void {
    let text = "";
    if (stream.sent.session !== session) {
      text += event("session", JSON.stringify({ visits: session }));
    }
    if (stream.sent.history !== history) {
      text += event("history", history);
    }
    if (stream.sent.overview !== overview) {
      text += event("overview", overview);
    }
    if (text === "" && performance.now() - stream.writtenAt >= KEEP_ALIVE_MS) {
      text = ":\n\n";
    }
    stream.sent = { overview, history, session };
    this.write(stream, text);
  }

  private write(stream: Stream, text: string): void {
    if (text === "" || stream.response.writableEnded) {
      return;
    }
    stream.writtenAt = performance.now();
    stream.response.write(text);
    if (stream.response.writableLength > MAX_UNREAD) {
      this.streams.delete(stream);
      stream.response.destroy();
    }
  }
}
