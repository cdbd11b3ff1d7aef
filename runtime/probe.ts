import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Lifecycle } from "./lifecycle";

/** How long an answer is held, in milliseconds; shorter than the probe's own time-out (`infra/timing.ts`). */
export const HOLD_MS = 160_000;

/** How long it is held while the process starts, in milliseconds: one that takes too long has to be called unhealthy in good time. */
const STARTING_HOLD_MS = 5000;

/** So many answers tell the engine that the process leaves, the second in case the first was lost; the others are held. */
const FAREWELLS = 2;

export interface ProbeOptions {
  lifecycle: Lifecycle;
  /** Milliseconds an answer is held. @default HOLD_MS */
  holdMs?: number;
  /** How many answers are held at a time; one more is answered at once, with those. The engine asks one at a time. @default 1 */
  maxHeld?: number;
}

/** A held answer that comes so much too late, in milliseconds, may not have reached the engine. */
const lateMs = 1000;

/**
 * The held probe. An exec probe every second is dear, a slow one notices a drain late; so the process answers when it has
 * something to say: the moment it becomes ready (the gate of a rollout), the moment the drain starts and once more after that, and
 * otherwise only every 160 seconds, while it starts every five.
 *
 * An engine that was restarted knows nothing of the answers before and asks anew, whether its old probe is still there or is gone: it
 * must not wait for a held answer, for until then the load balancer takes the replica for one that starts.
 *
 * It needs Redis only until the process was ready once: if a later outage turned every replica unhealthy, the load balancer
 * would drop them all and answer 404, where the app's own 503 says what is the matter.
 */
export class HeldProbe {
  private confirmed = false;
  private farewells = 0;
  private readonly held = new Map<ServerResponse, NodeJS.Timeout>();
  private readonly holdMs: number;
  private readonly maxHeld: number;

  constructor(private readonly options: ProbeOptions) {
    this.holdMs = options.holdMs ?? HOLD_MS;
    this.maxHeld = options.maxHeld ?? 1;
    options.lifecycle.whenReady(() => {
      this.confirmed = this.held.size > 0;
      this.releaseAll();
    });
    options.lifecycle.draining.addEventListener("abort", () => this.releaseAll());
  }

  handle(response: ServerResponse): void {
    if (this.isNews || this.held.size >= this.maxHeld) {
      this.confirmed ||= this.options.lifecycle.phase === "ready";
      this.releaseAll();
      this.answer(response);
      return;
    }
    const starts = this.options.lifecycle.phase === "starting";
    this.hold(response, starts ? Math.min(STARTING_HOLD_MS, this.holdMs) : this.holdMs);
  }

  /** Whether the engine does not know yet what it would be told. A process that starts is nothing it waits to hear of. */
  private get isNews(): boolean {
    const { phase } = this.options.lifecycle;
    if (phase === "starting") return false;
    return phase === "ready" ? !this.confirmed : this.farewells < FAREWELLS;
  }

  private hold(response: ServerResponse, holdMs: number): void {
    const until = performance.now() + holdMs;
    const end = () => {
      // Paused meanwhile, or stalled: the engine may have given this probe up, and waits for the next to call the replica healthy.
      this.confirmed = this.options.lifecycle.phase === "ready" && performance.now() - until < lateMs;
      this.answer(response);
    };
    this.held.set(response, setTimeout(end, holdMs));
    response.on("close", () => {
      if (this.held.has(response)) this.confirmed = false;
      this.forget(response);
    });
  }

  private answer(response: ServerResponse): void {
    this.forget(response);
    const { phase } = this.options.lifecycle;
    if (phase === "draining") this.farewells += 1;
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

/** Answers one path of the internal server. */
export type InternalRoute = (response: ServerResponse) => void | Promise<void>;

/** The process's server for the inside: the load balancer knows nothing of its port. */
export interface InternalServer {
  /** The port it listens on. */
  port: number;
  close(): Promise<void>;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => reject(new Error(`listen on internal port ${port}: ${cause.message}`, { cause })));
    server.listen(port, () => resolve((server.address() as AddressInfo).port));
  });
}

function isLoopback(address = ""): boolean {
  return address === "::1" || /^(::ffff:)?127\./.test(address);
}

/** Whatever a route throws: an answer, and not the end of the process. */
function answerFailure(response: ServerResponse): void {
  if (!response.headersSent) {
    response.writeHead(500, { Connection: "close" });
  }
  response.end();
}

/**
 * Answers `GET /probe`, where the container's own health check asks, `GET /phase`, and `routes`. A scraper asks from another
 * container, so the server listens on all addresses; the probe answers this host only, since a stranger's held probes would use up the
 * bound. `/phase` is for the healer: it answers at once, on a connection that is kept, until the process exits. That it
 * answers at all says that the event loop turns; what it answers, that the replica is leaving and must be left alone.
 *
 * @param port 0 takes any free one
 * @param routes by path, for GET
 * @throws Error when the port is taken
 */
export async function startInternalServer(
  port: number,
  options: ProbeOptions,
  routes: Readonly<Record<string, InternalRoute>> = {},
): Promise<InternalServer> {
  const probe = new HeldProbe(options);
  const server = createServer(({ method, url = "", socket }: IncomingMessage, response: ServerResponse) => {
    const route = method === "GET" && Object.hasOwn(routes, url) ? routes[url] : undefined;
    if (method === "GET" && url === "/probe" && isLoopback(socket.remoteAddress)) {
      probe.handle(response);
    } else if (method === "GET" && url === "/phase") {
      response.writeHead(200, { "Content-Type": "text/plain" }).end(options.lifecycle.phase);
    } else if (route) {
      Promise.resolve(route(response)).catch(() => answerFailure(response));
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
