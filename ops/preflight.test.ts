import { createServer, Server } from "node:net";

import { EngineClient } from "./engine";
import { requireFreePorts } from "./preflight";

/** An engine of which only the question this module asks is answered. */
const engineWith = (containers: string[]) => ({ publishersOf: async () => containers }) as unknown as EngineClient;

describe("requireFreePorts", () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1" }, resolve));
    port = (server.address() as { port: number }).port;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it("names a port that is taken, by what, the setting and the command that chooses another", async () => {
    const wanted = [{ port, setting: "dashboardPort", host: "127.0.0.1" }] as const;
    await expect(requireFreePorts(wanted, engineWith([]))).rejects.toThrow(`port ${port} is taken by another program`);
    await expect(requireFreePorts(wanted, engineWith(["web"]))).rejects.toThrow("taken by container web");
    await expect(requireFreePorts(wanted, engineWith([]))).rejects.toThrow(/pulumi config set dashboardPort \d+/);
  });

  it("is silent about free ports", async () => {
    await new Promise((resolve) => server.close(resolve));
    await requireFreePorts([{ port, setting: "httpPort", host: "0.0.0.0" }], engineWith([]));
    server = createServer().listen(0);
  });
});
