import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Express, Request, Response } from "express";
import type { AnswerHeaders } from "./answer-headers";
import { AppError, errorBody, type ErrorCode } from "./errors";
import { prototypesOf } from "./express-prototypes";
import { answerRaw } from "./raw-answer";
import { requestIdFrom } from "./request-id";
import { acceptUpgrades, type UpgradeHandler } from "./upgrades";

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

/**
 * Connections at a time; one more is closed at once. What their bodies hold has a bound of its own (`read-body.ts`). Heads have none: that
 * many of MAX_HEADER_BYTES would be more than a replica has, but the load balancer passes a head on only when all of it is there, so
 * that slow ones wait with it.
 */
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
  options.onUnparsed?.(answerRaw(socket, { headers: options.headers, code }));
}

/** RFC 9112 asks for it, from HTTP/1.1 on. https://www.rfc-editor.org/rfc/rfc9112#section-3.2 */
function lacksHost({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host === undefined && httpVersion === "1.1";
}

/** The answer to what Node parses and does not let pass. By itself it would send one without a body, and without our headers. */
function refuse(request: IncomingMessage, response: Response, error: AppError, options: ServerOptions): void {
  response.requestId = requestIdFrom(request.headers["x-request-id"]);
  response.status(error.status).sendJson(errorBody(error.code, error.message), ["Connection", "close"]);
  options.onUnparsed?.(error.status);
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
      requireHostHeader: false, // Looked for below, for an answer of the catalogue.
      ...prototypesOf(app, options.headers),
    });
    this.server.maxConnections = MAX_CONNECTIONS;
    this.server.keepAliveTimeout = KEEP_ALIVE_MS;
    this.server.headersTimeout = HEADERS_MS;
    this.server.on("connection", (socket) => this.track(socket));
    this.server.on("request", (request, response) => this.count(request.socket, response));
    this.server.on("request", (request, response) => {
      if (lacksHost(request)) {
        const error = new AppError("bad_request", "Host: got none, allowed: one");
        refuse(request, response as Response, error, options);
        return;
      }
      // Express makes its own last handler for each request unless it is given one; the app's answer everything before that.
      app(request as Request, response as Response, unanswered);
    });
    this.server.on("checkExpectation", (request, response) =>
      refuse(request, response as Response, new AppError("expectation_failed"), options),
    );
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
