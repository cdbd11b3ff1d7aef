import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * A port of this machine that nothing listens on now. Below 32768: from there on the kernel takes ports for connections that go
 * out, one of which could have this one in the moment it is wanted.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "0.0.0.0" }, () => server.close(() => resolve(true)));
  });
}
