import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import type { Identity } from "../runtime/identity";
import type { Lifecycle } from "../runtime/lifecycle";
import type { AnswerHeaders } from "./answer-headers";
import { servedBy } from "./deps";
import { answerRaw, headerLines, type RawAnswer } from "./raw-answer";

/** Sockets a replica carries; one more is refused. */
const MAX_SOCKETS = 200;

/** A longer message ends its socket with 1009, in bytes. */
const MAX_MESSAGE = 4096;

/** "Going away", for the client: come back by a new connection. https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const GOING_AWAY = 1001;

export interface DemoSocketsOptions {
  identity: Identity;
  lifecycle: Pick<Lifecycle, "draining">;
  headers: AnswerHeaders;
  /** Told of each handshake that was answered with an error. */
  onRefused?: (status: number) => void;
  /** @default 200 */
  maxSockets?: number;
}

/**
 * `GET /ws`: answers each message with who served it, `{"echo", "revision", "served_by"}`. For demonstrations and load tests.
 *
 * When the drain starts every socket is closed with 1001, as the streams of the live page end.
 */
export class DemoSockets {
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false });

  constructor(private readonly options: DemoSocketsOptions) {
    options.lifecycle.draining.addEventListener("abort", () => this.closeAll(), { once: true });
    this.server.on("headers", (lines, request) => lines.push(...headerLines(options.headers, request)));
    // Without a listener it answers by itself, in HTML.
    this.server.on("wsClientError", ({ message }, socket, request) =>
      this.refuse(socket, { request, code: "bad_request", message, own: [["Sec-WebSocket-Version", "13"]] }),
    );
  }

  /** Takes a connection over when it asks for a WebSocket at `/ws`. */
  readonly handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): boolean => {
    const path = request.url?.split("?", 1)[0];
    if (path !== "/ws" || request.method !== "GET" || request.headers.upgrade?.toLowerCase() !== "websocket") {
      return false;
    }
    if (this.server.clients.size >= (this.options.maxSockets ?? MAX_SOCKETS)) {
      this.refuse(socket, { request, code: "too_many_streams" });
      return true;
    }
    this.server.handleUpgrade(request, socket, head, (client) => this.serve(client));
    return true;
  };

  private serve(client: WebSocket): void {
    // What a client sends wrongly closes its own socket, with the code that says why.
    client.on("error", () => undefined);
    if (this.options.lifecycle.draining.aborted) {
      client.close(GOING_AWAY, "draining");
      return;
    }
    const { identity } = this.options;
    const about = { revision: identity.revision, served_by: servedBy(identity) };
    client.on("message", (data, isBinary) => {
      client.send(JSON.stringify({ echo: isBinary ? null : String(data), ...about }));
    });
  }

  private refuse(socket: Duplex, answer: Omit<RawAnswer, "headers">): void {
    const { headers, onRefused } = this.options;
    onRefused?.(answerRaw(socket, { ...answer, headers }));
  }

  private closeAll(): void {
    for (const client of this.server.clients) {
      client.close(GOING_AWAY, "draining");
    }
  }
}
