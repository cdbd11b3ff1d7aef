import { IncomingMessage, ServerResponse, type OutgoingHttpHeader, type ServerOptions } from "node:http";
import type { Express } from "express";
import type { AnswerHeaders } from "./answer-headers";

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- where Express lets its types be added to
  namespace Express {
    interface Response {
      /** The id of the request it answers, sent as `X-Request-ID`; "" until `observe` has set it. */
      requestId: string;
      /** Whether it is held open to send more and more; `countAsStream` says so. */
      isStream: boolean;
      /** Sends `body` as JSON, as `json` does. @param headers further ones, name and value in turns: cheaper than `setHeader` */
      sendJson(body: unknown, headers: readonly string[]): this;
    }
  }
}

const JSON_TYPE = "application/json; charset=utf-8";
const noLocals = Object.freeze({});

/**
 * Makes Node build requests and answers with Express's methods on them from the start, and with what every answer of the app has:
 *
 * - Express swaps the prototypes of both for each request, which makes V8 give up what it learned of their shape; with classes that
 *   have the wanted prototypes already the swap changes nothing.
 * - The headers that are the same for every answer, and the request's id, are put in when the head is written.
 * - `json` does what Express's does without an ETag and a comparison with the client's cache. It hands Node its headers as one list, and
 *   a text that is all ASCII as latin1: then head and body go out as one copy (as a Buffer the body cost a twelfth of a request more).
 */
export function prototypesOf(
  app: Express,
  headers: AnswerHeaders,
): Pick<ServerOptions, "IncomingMessage" | "ServerResponse"> {
  const all = [...headers.always, headers.policy];
  const always = all.flat();

  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse {
    /** Express gives each answer an object for template engines; there are none. */
    readonly locals = noLocals;
    requestId = "";
    isStream = false;

    override writeHead(statusCode: number, ...rest: unknown[]): this {
      // Only those it does not have: two policies, say, would both be obeyed.
      for (const [name, value] of all) {
        if (!this.hasHeader(name)) {
          this.setHeader(name, value);
        }
      }
      this.setHeader("X-Request-ID", this.requestId);
      return super.writeHead(statusCode, ...(rest as []));
    }

    json(body: unknown): this {
      return this.sendJson(body, []);
    }

    sendJson(body: unknown, headers: readonly string[]): this {
      const text = JSON.stringify(body);
      const length = Buffer.byteLength(text);
      const own = ["X-Request-ID", this.requestId, "Content-Type", JSON_TYPE, "Content-Length", String(length)];
      // As one list it is written as it is; when a header was set before, Node joins the two.
      super.writeHead(this.statusCode, [...always, ...own, ...headers] as unknown as OutgoingHttpHeader[]);
      return this.end(text, length === text.length ? "latin1" : "utf8");
    }
  }
  Object.setPrototypeOf(AppRequest.prototype, app.request);
  Object.setPrototypeOf(AppResponse.prototype, app.response);
  app.request = AppRequest.prototype as unknown as typeof app.request;
  app.response = AppResponse.prototype as unknown as typeof app.response;
  return {
    IncomingMessage: AppRequest,
    ServerResponse: AppResponse as unknown as ServerOptions["ServerResponse"],
  };
}
