import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Lifecycle } from "./lifecycle";

export interface ProbeOptions {
  lifecycle: Lifecycle;
  /** Milliseconds an answer is held; shorter than the probe's own time-out of 25 seconds. @default 20000 */
  holdMs?: number;
  /** How many answers are held at a time; one more is answered at once. The engine asks one at a time. @default 8 */
  maxHeld?: number;
}

/**
 * The held probe. An exec probe every second is dear, a slow one notices a drain late; so the process answers when it has
 * something to say: at once while it is not ready, at once the first time it is ready (the gate of a rollout), at once when the drain
 * starts, and otherwise only every 20 seconds.
 *
 * It needs Redis only until the process was ready once: if a later outage turned every replica unhealthy, the load balancer
 * would drop them all and answer 404, where the app's own 503 says what is the matter.
 */
export class HeldProbe {
  private confirmed = false;
  private readonly held = new Map<ServerResponse, NodeJS.Timeout>();
  private readonly holdMs: number;
  private readonly maxHeld: number;

  constructor(private readonly options: ProbeOptions) {
    this.holdMs = options.holdMs ?? 20_000;
    this.maxHeld = options.maxHeld ?? 8;
    options.lifecycle.draining.addEventListener("abort", () => this.releaseAll());
  }

  handle(response: ServerResponse): void {
    const healthy = this.options.lifecycle.phase === "ready";
    if (!healthy || !this.confirmed || this.held.size >= this.maxHeld) {
      this.confirmed ||= healthy;
      this.answer(response);
      return;
    }
    this.held.set(
      response,
      setTimeout(() => this.answer(response), this.holdMs),
    );
    response.on("close", () => this.forget(response));
  }

  private answer(response: ServerResponse): void {
    this.forget(response);
    const { phase } = this.options.lifecycle;
    response.writeHead(phase === "ready" ? 200 : 503, { "Content-Type": "text/plain", Connection: "close" });
    response.end(`${phase}\n`);
  }

  private forget(response: ServerResponse): void {
    clearTimeout(this.held.get(response));
    this.held.delete(response);
  }

  private releaseAll(): void {
    for (const response of [...this.held.keys()]) {
      this.answer(response);
    }
  }
}

/** The process's server for its own host: nothing of it is reachable through the load balancer. */
export interface InternalServer {
  /** The port it listens on. */
  port: number;
  close(): Promise<void>;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(new Error(`listen on internal port ${port}: ${cause.message}`, { cause })));
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

/**
 * Answers `GET /probe` on 127.0.0.1, where the container's health check asks.
 *
 * @param port 0 takes any free one
 * @throws Error when the port is taken
 */
export async function startInternalServer(port: number, options: ProbeOptions): Promise<InternalServer> {
  const probe = new HeldProbe(options);
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (request.method === "GET" && request.url === "/probe") {
      probe.handle(response);
    } else {
      response.writeHead(404, { Connection: "close" }).end();
    }
  });
  const bound = await listen(server, port);
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port: bound, close };
}
