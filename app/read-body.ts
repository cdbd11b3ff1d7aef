import type { Request, RequestHandler, Response } from "express";
import { AppError, type ErrorCode } from "./errors";

/** Room for a 64 KiB text in JSON, every character of it escaped (`\u0000`). */
const MAX_BODY_BYTES = 6 * 64 * 1024 + 1024;

/** What the bodies in hand take together, an eighth of a replica's memory by default: more are refused until one of them is done with. */
const MAX_IN_HAND_BYTES = 32 * 1024 * 1024;

/** How long the rest of a refused body is read off, in milliseconds. */
const READ_OFF_MS = 1000;

/** Bytes promised to the bodies of all requests in hand: a client may send all but the last byte and wait. */
let inHand = 0;

/**
 * Reads a request's body, whatever its type, up to 385 KiB, as a Buffer into `request.body`, and has `answer` answer it. Compressed
 * ones are refused: they would grow.
 *
 * It is copied into one buffer as it arrives. A list of what arrived, as body-parser keeps it, takes some 400 bytes for each chunk, and
 * a chunk may be of one byte: one body of 385 KiB took 150 MiB.
 */
export function withBody(answer: (request: Request, response: Response) => Promise<void>): RequestHandler {
  return async (request, response) => {
    const length = expectedLength(request);
    if (length === 0) {
      return answer(request, response);
    }
    const refusal = refusalOf(request, length);
    if (refusal) {
      return refuse(request, response, refusal);
    }
    inHand += length;
    try {
      request.body = await receive(request, length);
      if (!request.body) {
        await refuse(request, response, "body_too_large");
      }
      await answer(request, response);
    } finally {
      inHand -= length;
    }
  };
}

/** The most a body can come to, in bytes. One in chunks does not say how long it is. */
function expectedLength({ headers }: Request): number {
  return headers["transfer-encoding"] === undefined ? Number(headers["content-length"] ?? 0) : MAX_BODY_BYTES;
}

function refusalOf({ headers }: Request, length: number): ErrorCode | undefined {
  if ((headers["content-encoding"] ?? "identity").toLowerCase() !== "identity") {
    return "unsupported_encoding";
  }
  if (length > MAX_BODY_BYTES) {
    return "body_too_large";
  }
  return inHand + length > MAX_IN_HAND_BYTES ? "busy" : undefined;
}

/** @returns undefined when more than `length` arrives. @throws AppError client_gone */
function receive(request: Request, length: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const body = Buffer.allocUnsafe(length);
    let received = 0;
    const take = (chunk: Buffer) => {
      if (received + chunk.length > length) {
        request.off("data", take);
        resolve(undefined);
        return;
      }
      received += chunk.copy(body, received);
    };
    request.on("data", take);
    request.once("end", () => resolve(body.subarray(0, received)));
    request.once("close", () => reject(new AppError("client_gone")));
  });
}

/**
 * Reads the rest of a body off first: who is closed on while it still sends may never see the answer. Who takes longer than a second
 * for it is answered, and closed on, without.
 *
 * @throws AppError always
 */
async function refuse(request: Request, response: Response, code: ErrorCode): Promise<never> {
  const isWhole = await readOff(request);
  if (!isWhole) {
    response.setHeader("Connection", "close");
  }
  if (code === "busy") {
    response.setHeader("Retry-After", "1");
  }
  throw new AppError(code);
}

/** @returns whether all of it came in time */
function readOff(request: Request): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), READ_OFF_MS);
    const done = () => {
      clearTimeout(timer);
      resolve(request.complete);
    };
    request.once("end", done).once("close", done).resume();
  });
}
