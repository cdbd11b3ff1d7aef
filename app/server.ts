import { createServer, STATUS_CODES, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Express, Request, Response } from "express";
import type { AnswerHeaders } from "./answer-headers";
import { prototypesOf } from "./express-prototypes";
import { requestIdFrom } from "./request-id";
import { acceptUpgrades, type UpgradeHandler } from "./upgrades";
import { errorBody, errors, type ErrorCode } from "./errors";

/**
 * Longer than the load balancer keeps an idle connection (90 seconds): the side that closes first must be the one that sends
 * requests, or a request meets a closing connection and becomes a 502.
 */
const KEEP_ALIVE_MS = 95_000;

/**
 * Longer than that too: Node counts it from the start of the connection until its first request, and a load balancer may open a
 * connection and use it only later. (Measured: an unused connection gets 408 after exactly this time.)
 */
const HEADERS_MS = 100_000;

/** A request must have arrived in whole after this time, or gets 408. More than HEADERS_MS, for the same reason. */
const REQUEST_MS = 120_000;

/** Room for a 64 KiB value in the query, every byte of it percent-encoded. */
const MAX_HEADER_BYTES = 208 * 1024;

/** Connections at a time; one more is closed at once. Each may hold MAX_HEADER_BYTES, so this bounds the memory of slow clients. */
const MAX_CONNECTIONS = 4096;

export interface ServerOptions {
  headers: AnswerHeaders;
  /** Told of each answer that never reached the app. */
  onUnparsed?: (status: number) => void;
  /** Takes connections over that ask for another protocol. @default none does */
  onUpgrade?: UpgradeHandler;
}

const codeOfParserError: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: "headers_too_large",
  ERR_HTTP_REQUEST_TIMEOUT: "request_timeout",
};

/** The answer to what is no request at all; Node itself would send a bare status line. */
function answerParserError(error: NodeJS.ErrnoException, socket: Socket, options: ServerOptions): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = codeOfParserError[error.code ?? ""] ?? "bad_request";
  const body = JSON.stringify(errorBody(code));
  const headers = [
    ...options.headers.always,
    options.headers.policy,
    ["X-Request-ID", requestIdFrom(undefined)],
    ["Content-Type", "application/json; charset=utf-8"],
    ["Content-Length", String(Buffer.byteLength(body))],
    ["Connection", "close"],
  ].map(([name, value]) => `${name}: ${value}\r\n`);
  const { status } = errors[code];
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers.join("")}\r\n${body}`);
  options.onUnparsed?.(status);
}

function unanswered(error?: unknown): void {
  throw new Error("a request went past all handlers", { cause: error });
}

/** An HTTP server that knows which of its connections are in use, so that it can end without cutting one off. */
export class AppServer {
  private readonly server: Server;
  /** The answers each open connection owes. */
  private readonly connections = new Map<Socket, Set<ServerResponse>>();
  private closing = false;

  constructor(app: Express, options: ServerOptions) {
    this.server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      requestTimeout: REQUEST_MS,
      ...prototypesOf(app, options.headers),
    });
    this.server.maxConnections = MAX_CONNECTIONS;
    this.server.keepAliveTimeout = KEEP_ALIVE_MS;
    this.server.headersTimeout = HEADERS_MS;
    this.server.on("connection", (socket) => this.track(socket));
    this.server.on("request", (request, response) => this.count(request.socket, response));
    // Express makes its own last handler for each request unless it is given one; the app's answer everything before that.
    this.server.on("request", (request, response) => app(request as Request, response as Response, unanswered));
    if (options.onUpgrade) {
      acceptUpgrades(this.server, options.onUpgrade);
    }
    this.server.on("clientError", (error, socket) => answerParserError(error, socket as Socket, options));
  }

  /** Resolves to the bound port. @throws Error when the port is taken */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", (cause) => reject(new Error(`listen on port ${port}: ${cause.message}`, { cause })));
      this.server.listen(port, () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  /**
   * Takes no more connections, ends those that owe no answer, and lets the others finish theirs with `Connection: close`.
   *
   * Not `closeIdleConnections`: for Node a connection that never sent a request is not idle, and one such, opened by a load
   * balancer in advance, would use up the whole grace period.
   */
  close(): Promise<void> {
    this.closing = true;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const [socket, owed] of this.connections) {
      if (owed.size === 0) {
        socket.destroySoon();
      }
      owed.forEach(announceClose);
    }
    return closed;
  }

  private track(socket: Socket): void {
    this.connections.set(socket, new Set());
    socket.on("close", () => this.connections.delete(socket));
  }

  private count(socket: Socket, response: ServerResponse): void {
    const owed = this.connections.get(socket);
    owed?.add(response);
    if (this.closing) {
      announceClose(response);
    }
    response.on("close", () => {
      owed?.delete(response);
      if (this.closing && owed?.size === 0) {
        socket.destroySoon();
      }
    });
  }
}

function announceClose(response: ServerResponse): void {
  if (!response.headersSent) {
    response.setHeader("Connection", "close");
  }
}
