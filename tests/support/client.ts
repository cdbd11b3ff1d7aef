/** What `GET /` answers, as far as tests look at it. */
export interface Visit {
  readonly session_id: string;
  readonly session_count: number;
  readonly global_count: number;
  readonly served_by: { readonly instance: string };
  readonly revision: string;
}

/** A client that keeps its cookie, as a browser does, and opens a connection for each request. */
export class Client {
  private cookie?: string;

  constructor(private readonly url: string) {}

  async visit(): Promise<Visit> {
    const { status, body } = await this.get("/");
    if (status !== 200) throw new Error(`GET / answered ${status}: ${JSON.stringify(body)}`);
    return body as Visit;
  }

  async get(path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.url}${path}`, {
      headers: { accept: "application/json", connection: "close", ...(this.cookie ? { cookie: this.cookie } : {}) },
      signal: AbortSignal.timeout(10_000),
    });
    const cookie = response.headers.getSetCookie().find((item) => item.startsWith("sid="));
    if (cookie) this.cookie = cookie.split(";")[0];
    const text = await response.text();
    return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
  }
}
