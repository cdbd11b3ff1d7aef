import { once } from "node:events";
import { createServer, IncomingMessage, Server } from "node:http";
import { AddressInfo } from "node:net";

interface StoredComment {
  readonly id: number;
  body: string;
  readonly html_url: string;
  readonly user: { readonly login: string };
}

/** An answer instead of the true one. */
export interface Trouble {
  readonly status: number | "hang up";
  readonly headers?: Readonly<Record<string, string>>;
}

/** The token that the server takes. */
export const token = "ghs_of_this_test";

/**
 * That part of GitHub's REST API that lists, writes and edits the comments of a pull request, as its documentation describes it:
 * https://docs.github.com/en/rest/issues/comments. On a loopback port of its own.
 */
export class CommentsApi {
  readonly comments: StoredComment[] = [];
  /** `GET /repos/...`, in order. */
  readonly requests: string[] = [];
  /** What the next requests get, one each, without an effect. */
  readonly troubles: Trouble[] = [];
  /** What the next requests get that write, one each: they have their effect, only their answer is lost. */
  readonly lost: Trouble[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<CommentsApi> {
    const server = createServer();
    const api = new CommentsApi(server);
    server.on("request", async (request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      api.requests.push(`${request.method} ${request.url}`);
      const trouble = api.troubles.shift();
      const answer = trouble ? undefined : api.answer(request, Buffer.concat(chunks).toString() || "null");
      const instead = trouble ?? (request.method === "GET" ? undefined : api.lost.shift());
      if (instead?.status === "hang up") return void request.socket.destroy();
      const status = instead?.status ?? answer![0];
      response.writeHead(status, { "content-type": "application/json", ...instead?.headers });
      response.end(JSON.stringify(instead ? { message: "Try again" } : answer![1]));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Writes a comment as somebody else would. */
  add(login: string, body: string): StoredComment {
    const id = this.comments.length + 1;
    const comment = { id, body, html_url: `https://git.example/pull/7#${id}`, user: { login } };
    this.comments.push(comment);
    return comment;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private answer(request: IncomingMessage, text: string): [number, unknown] {
    const url = new URL(request.url!, this.url);
    const route = `${request.method} ${url.pathname}`;
    if (request.headers.authorization !== `Bearer ${token}`) return [401, { message: "Bad credentials" }];
    if (route === "GET /repos/acme/shop/issues/7/comments") return [200, this.page(url.searchParams)];
    const { body } = (JSON.parse(text) ?? {}) as { body?: string };
    if (body === undefined || body.length > 65_536) return [422, { message: "Validation Failed" }];
    if (route === "POST /repos/acme/shop/issues/7/comments") return [201, this.add("github-actions[bot]", body)];
    const id = /^PATCH \/repos\/acme\/shop\/issues\/comments\/(\d+)$/.exec(route)?.[1];
    const comment = this.comments.find((one) => one.id === Number(id));
    if (!comment) return [404, { message: "Not Found" }];
    comment.body = body;
    return [200, comment];
  }

  private page(query: URLSearchParams): StoredComment[] {
    const size = Math.min(100, Number(query.get("per_page") ?? 30));
    const first = (Number(query.get("page") ?? 1) - 1) * size;
    return this.comments.slice(first, first + size);
  }
}
