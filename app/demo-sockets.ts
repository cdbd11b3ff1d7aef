import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import type { Identity } from "../runtime/identity";
import type { Lifecycle } from "../runtime/lifecycle";
import { servedBy } from "./deps";
import { errorBody, errors } from "./errors";

/** Sockets a replica carries; one more is refused. */
const MAX_SOCKETS = 200;

/** A longer message ends its socket with 1009, in bytes. */
const MAX_MESSAGE = 4096;

/** "Going away", for the client: come back by a new connection. https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const GOING_AWAY = 1001;

export interface DemoSocketsOptions {
  identity: Identity;
  lifecycle: Pick<Lifecycle, "draining">;
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
  }

  /** Takes a connection over when it asks for a WebSocket at `/ws`. */
  readonly handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): boolean => {
    const path = request.url?.split("?", 1)[0];
    if (path !== "/ws" || request.headers.upgrade?.toLowerCase() !== "websocket") {
      return false;
    }
    if (this.server.clients.size >= (this.options.maxSockets ?? MAX_SOCKETS)) {
      refuse(socket);
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

  private closeAll(): void {
    for (const client of this.server.clients) {
      client.close(GOING_AWAY, "draining");
    }
  }
}

function refuse(socket: Duplex): void {
  const { status } = errors.too_many_streams;
  const body = JSON.stringify(errorBody("too_many_streams"));
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n`;
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}
