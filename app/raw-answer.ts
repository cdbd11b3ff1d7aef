import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { AnswerHeaders } from "./answer-headers";
import { errorBody, errors, type ErrorCode } from "./errors";
import { requestIdFrom } from "./request-id";

/** How long a client may leave its end of an answered connection open, in milliseconds. */
const CLOSE_MS = 1000;

export interface RawAnswer {
  headers: AnswerHeaders;
  code: ErrorCode;
  /** Says more than the catalogue's own. */
  message?: string;
  /** Undefined when there was none that could be read. */
  request?: IncomingMessage;
  /** Of this answer alone. */
  own?: AnswerHeaders["always"];
}

/** What every answer has, as lines of its head. */
export function headerLines({ always, policy }: AnswerHeaders, request?: IncomingMessage): string[] {
  const requestId = ["X-Request-ID", requestIdFrom(request?.headers["x-request-id"])];
  return [...always, policy, requestId].map(([name, value]) => `${name}: ${value}`);
}

/**
 * Answers from the catalogue where Node has no `ServerResponse` to do it with (what could not be parsed, what asked for another
 * protocol), and ends the connection. @returns the status
 */
export function answerRaw(socket: Duplex, { headers, code, message, request, own = [] }: RawAnswer): number {
  const { status } = errors[code];
  const body = JSON.stringify(errorBody(code, message));
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...headerLines(headers, request),
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    ...own.map(([name, value]) => `${name}: ${value}`),
  ];
  // One that was given up for an upgrade has no listener of Node's any more: a client that resets it would end the process.
  socket.on("error", () => socket.destroy());
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
  // Its end is only seen when what comes before is read. One that never ends would hold its connection, and what it has sent.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), CLOSE_MS);
  socket.once("close", () => clearTimeout(timer));
  return status;
}
