import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands where the load balancer stands: hands each request to the next of its targets, streams included. */
export class Forwarder {
  private turn = 0;

  private constructor(
    private readonly server: Server,
    /** Ports of 127.0.0.1. */
    public targets: number[],
  ) {}

  static async start(targets: number[]): Promise<Forwarder> {
    const server = createServer();
    const forwarder = new Forwarder(server, targets);
    server.on("request", (incoming, response) => forwarder.forward(incoming, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return forwarder;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private forward(incoming: IncomingMessage, response: ServerResponse): void {
    const port = this.targets[this.turn++ % this.targets.length];
    const { method, headers, url } = incoming;
    const sent = request({ host: "127.0.0.1", port, method, path: url, headers, agent: false }, (answer) => {
      const kept = Object.entries(answer.headers).filter(([name]) => name !== "connection");
      response.writeHead(answer.statusCode!, Object.fromEntries(kept));
      response.flushHeaders();
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    sent.on("error", () => response.destroy());
    incoming.pipe(sent);
    response.on("close", () => sent.destroy());
  }
}
