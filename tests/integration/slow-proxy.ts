import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Stands between a process and its Redis, and hands each answer on a while later. */
export class SlowProxy {
  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
    /** Redis by way of this proxy. */
    readonly url: string,
  ) {}

  /** @param delayMs how much later */
  static async start(redisUrl: string, delayMs: number): Promise<SlowProxy> {
    const target = new URL(redisUrl);
    const [port, host] = [Number(target.port), target.hostname];
    const sockets = new Set<Socket>();
    const server = createServer((near) => {
      const far = connect(port, host);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(socket);
        socket.on("error", () => other.destroy());
        socket.on("close", () => other.destroy());
      }
      near.pipe(far);
      far.on("data", (chunk) => setTimeout(() => near.write(chunk), delayMs));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    target.port = String((server.address() as AddressInfo).port);
    return new SlowProxy(server, sockets, target.href);
  }

  async close(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => this.server.close(resolve));
  }
}
