import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Redis } from "ioredis";
import { endWhenSilent } from "./silence";

const limitMs = 500;
let server: Server;
let client: Redis;

/** A peer that does what it is told with whatever comes. */
async function connectTo(answer: (socket: Socket) => void): Promise<void> {
  server = createServer((socket) => socket.on("data", () => answer(socket)).on("error", () => undefined));
  await once(server.listen(0, "127.0.0.1"), "listening");
  client = new Redis((server.address() as AddressInfo).port, "127.0.0.1", {
    enableReadyCheck: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on("error", () => undefined);
  endWhenSilent(client, limitMs);
  await once(client, "ready");
}

afterEach(() => {
  client.disconnect();
  server.close();
});

test("a peer that says nothing is given up", async () => {
  await connectTo(() => undefined);
  const began = performance.now();
  await expect(client.ping()).rejects.toThrow(/Socket timeout|Connection is closed/);
  expect(performance.now() - began).toBeGreaterThan(limitMs * 0.75);
});

test("one that answers again and again is not, however many wait", async () => {
  await connectTo((socket) => setTimeout(() => socket.write("+PONG\r\n"), limitMs / 2));
  const began = performance.now();
  while (performance.now() - began < limitMs * 3) expect(await client.ping()).toBe("PONG");
});

test("nor one that is asked nothing", async () => {
  await connectTo((socket) => socket.write("+PONG\r\n"));
  await new Promise((resolve) => setTimeout(resolve, limitMs * 2));
  expect([client.status, await client.ping()]).toEqual(["ready", "PONG"]);
});

test("while this process stands still no time passes", async () => {
  await connectTo((socket) => setTimeout(() => socket.write("+PONG\r\n"), limitMs / 4));
  const answer = client.ping();
  await new Promise((resolve) => setTimeout(resolve, limitMs / 10));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, limitMs * 3);
  expect(await answer).toBe("PONG");
});
