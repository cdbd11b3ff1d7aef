import { once } from "node:events";
import { connect } from "node:net";
import { WebSocket } from "ws";
import { Replica, removeBundles, stopAll } from "./replica";
import { TestRedis } from "./redis";

jest.setTimeout(60_000);

let redis: TestRedis;

beforeAll(async () => {
  redis = await TestRedis.start();
});

afterEach(stopAll);

afterAll(async () => {
  removeBundles();
  await redis?.remove();
});

const startApp = (env = {}) => Replica.ready("app", { REDIS_URL: redis.url("app"), ...env });
const open = async ({ port }: Replica) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
  await once(socket, "open");
  return socket;
};

/** The status of an answer that is no WebSocket. */
const statusOf = async (socket: WebSocket) => {
  const [request, answer] = await once(socket, "unexpected-response");
  request.destroy();
  return answer.statusCode;
};

test("each message is answered with who served it", async () => {
  const app = await startApp();
  const socket = await open(app);
  socket.send("one");
  const [answer] = await once(socket, "message");
  expect(JSON.parse(String(answer))).toMatchObject({
    echo: "one",
    revision: "r1",
    served_by: { instance: app.instance },
  });
  socket.terminate();
});

test("a drain closes every socket with 1001 at once, and a late one too; the process exits 0 in time", async () => {
  const app = await startApp({ DRAIN_SECONDS: "1", STOP_GRACE_SECONDS: "10" });
  const sockets = await Promise.all([open(app), open(app)]);
  const closed = sockets.map((socket) => once(socket, "close"));
  const told = performance.now();
  app.kill("SIGTERM");
  for (const [code] of await Promise.all(closed)) expect(code).toBe(1001);
  expect(performance.now() - told).toBeLessThan(500);
  const late = await open(app);
  expect((await once(late, "close"))[0]).toBe(1001);
  expect(await app.exited).toBe(0);
  expect((await app.logged("stopped")).drainMs).toBeLessThan(2000);
});

test("a socket that never answers the close does not hold the drain up", async () => {
  const app = await startApp({ DRAIN_SECONDS: "0", STOP_GRACE_SECONDS: "10" });
  const socket = await open(app);
  socket.pause();
  app.kill("SIGTERM");
  expect(await app.exited).toBe(0);
  expect((await app.logged("stopped")).drainMs).toBeLessThan(1000);
  socket.terminate();
});

test("a message that is too long ends its own socket, with 1009, and no other", async () => {
  const app = await startApp();
  const [long, other] = await Promise.all([open(app), open(app)]);
  long.send("x".repeat(4097));
  expect((await once(long, "close"))[0]).toBe(1009);
  other.send("x");
  await once(other, "message");
  other.terminate();
});

test("more sockets than a replica carries are refused with 503", async () => {
  const app = await startApp();
  const sockets = await Promise.all(Array.from({ length: 200 }, () => open(app)));
  const one = new WebSocket(`ws://127.0.0.1:${app.port}/ws`);
  expect(await statusOf(one)).toBe(503);
  for (const socket of sockets) socket.terminate();
});

// curl --http2 offers h2c with its first request.
test.each([
  [
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
    /"session_count":1/,
  ],
  ["GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", /"status":"alive"/],
  ["GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", /"not_found"/],
  [
    "PUT /kv/a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\nabc",
    /"value":"abc"/,
  ],
])("another offer than a WebSocket at /ws is served as if it had not been made: %#", async (text, expected) => {
  const app = await startApp();
  const socket = connect(app.port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (chunk) => (answer += chunk));
  socket.write(text);
  await once(socket, "end");
  expect(answer).toMatch(expected);
  expect(answer).toMatch(/^Connection: close\r$/m);
});

test("without the demo endpoints /ws is not there", async () => {
  const app = await startApp({ DEMO_ENDPOINTS: "false" });
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}/ws`);
  expect(await statusOf(socket)).toBe(404);
});
