import { once } from "node:events";
import { connect, type NetConnectOpts } from "node:net";
import { WebSocket } from "ws";
import { errorAnswer } from "../../app/contract";
import { oneApp } from "./one-app";

jest.setTimeout(20_000);

const shared = oneApp();

const dial = (text: string, options: Partial<NetConnectOpts> = {}) => {
  const socket = connect({ port: shared.app.port, host: "127.0.0.1", ...options });
  socket.setEncoding("utf8").on("error", () => undefined);
  socket.write(text);
  return socket;
};

/** What the process answers to a text, read until it closes. */
async function answerTo(text: string) {
  const socket = dial(text);
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk));
  await once(socket, "end");
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  const [line = "", ...lines] = head.split("\r\n");
  const headers = Object.fromEntries(
    lines.map((text) =>
      text
        .toLowerCase()
        .split(/: (.*)/s)
        .slice(0, 2),
    ),
  );
  return { status: Number(line.split(" ")[1]), headers: headers as Record<string, string>, body };
}

const counted = async (labels: string) => {
  const metrics = (await shared.app.internal("/metrics")).body as string;
  const line = metrics.split("\n").find((text) => text.startsWith(`http_requests_total{${labels}}`));
  return Number(line?.split(" ").at(-1) ?? 0);
};

const upgrade = "Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const unparsed = (status: number) => `method="other",route="unparsed",status_code="${status}"`;
const handshake = `method="GET",route="/ws",status_code="400"`;

test.each([
  ["no Host", "GET / HTTP/1.1\r\n", 400, "bad_request", unparsed(400)],
  ["no Host, by another way", "DELETE /kv/a HTTP/1.1\r\n", 400, "bad_request", unparsed(400)],
  ["an expectation", "GET / HTTP/1.1\r\nHost: a\r\nExpect: foo\r\n", 417, "expectation_failed", unparsed(417)],
  ["no HTTP", "NONSENSE\r\n", 400, "bad_request", unparsed(400)],
  ["a handshake without a key", `GET /ws HTTP/1.1\r\n${upgrade}`, 400, "bad_request", handshake],
  ["a handshake without a version", `GET /ws HTTP/1.1\r\n${upgrade}${key}`, 400, "bad_request", handshake],
  [
    "a handshake that is a POST",
    `POST /ws HTTP/1.1\r\n${upgrade}${key}Sec-WebSocket-Version: 13\r\n`,
    404,
    "not_found",
    `method="POST",route="unmatched",status_code="404"`,
  ],
])("%s is answered as everything is, and counted", async (_what, text, status, code, labels) => {
  const before = await counted(labels);
  const answer = await answerTo(`${text}\r\n`);
  expect(answer.status).toBe(status);
  expect(answer.headers).toMatchObject({
    "x-served-by": expect.stringMatching(/./),
    "x-instance-id": shared.app.instance,
    "x-request-id": expect.stringMatching(/^[\w-]{36}$/),
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(answer.body)),
    connection: "close",
  });
  expect(errorAnswer.parse(JSON.parse(answer.body)).error.code).toBe(code);
  expect(await counted(labels)).toBe(before + 1);
});

test("the id a client gave its request is in its answer, also where it is refused", async () => {
  for (const text of [
    "GET / HTTP/1.1\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n",
    `GET /ws HTTP/1.1\r\n${upgrade}`,
  ]) {
    const { headers } = await answerTo(`${text}X-Request-ID: given\r\n\r\n`);
    expect(headers["x-request-id"]).toBe("given");
  }
});

test("a request of HTTP/1.0 needs no Host", async () => {
  expect((await answerTo("GET /healthz HTTP/1.0\r\n\r\n")).status).toBe(200);
});

test("a WebSocket's handshake says who served it, as does the one too many", async () => {
  const url = `ws://127.0.0.1:${shared.app.port}/ws`;
  const who = { "x-served-by": expect.any(String), "x-instance-id": shared.app.instance, "x-request-id": "given" };
  const headers = { "x-request-id": "given" };
  const sockets = Array.from({ length: 200 }, () => new WebSocket(url, { headers }));
  const opened = await Promise.all(sockets.map((socket) => once(socket, "upgrade")));
  for (const [answer] of opened) expect(answer.headers).toMatchObject(who);
  const one = new WebSocket(url, { headers });
  const [request, answer] = await once(one, "unexpected-response");
  expect(answer.statusCode).toBe(503);
  expect(answer.headers).toMatchObject(who);
  request.destroy();
  sockets.forEach((socket) => socket.terminate());
});

test("who is refused and never closes is closed on; who resets the connection ends nothing but that", async () => {
  for (const text of ["NONSENSE\r\n\r\n", `GET /ws HTTP/1.1\r\n${upgrade}\r\n`]) {
    const socket = dial(text, { allowHalfOpen: true });
    await once(socket.resume(), "end");
    const answered = performance.now();
    // It may still write, until the other end is gone.
    const writing = setInterval(() => socket.write("x"), 50);
    await new Promise((resolve) => socket.once("close", resolve));
    clearInterval(writing);
    expect(performance.now() - answered).toBeLessThan(3000);
  }
  for (let round = 0; round < 50; round++) {
    const socket = dial(`GET /ws HTTP/1.1\r\n${upgrade}\r\n`);
    await once(socket, "connect");
    if (round % 2) await once(socket, "readable");
    socket.resetAndDestroy();
  }
  expect((await shared.app.get("/healthz")).status).toBe(200);
  expect(shared.app.stderr).toBe("");
});
