import { connect, type Socket } from "node:net";
import { eventually, Replica, removeBundles, stopAll } from "./replica";
import { TestRedis } from "./redis";

jest.setTimeout(60_000);

let redis: TestRedis;
let app: Replica;

beforeAll(async () => {
  redis = await TestRedis.start();
});

beforeEach(async () => {
  app = await Replica.ready("app", { REDIS_URL: redis.url("app") });
});

afterEach(stopAll);

afterAll(async () => {
  removeBundles();
  await redis?.remove();
});

interface Sender {
  socket: Socket;
  /** What it was answered. */
  answer: string;
  ended: boolean;
}

/** Sends the head of a request and a part of its body, and then nothing. */
function send(head: string, part: string | Buffer): Sender {
  const sender: Sender = { socket: connect(app.port, "127.0.0.1"), answer: "", ended: false };
  sender.socket.setEncoding("latin1").on("data", (text) => (sender.answer += text));
  sender.socket.on("end", () => (sender.ended = true)).on("error", () => undefined);
  sender.socket.write(`${head}\r\nHost: a\r\n`);
  sender.socket.write(part);
  return sender;
}

// 300 of them took 195 MiB of the 256 a replica has.
test("of 450 clients that hold the end of their bodies back most get 503; others are served, and memory is bounded", async () => {
  const before = app.memoryMiB();
  const part = Buffer.concat([Buffer.from("Content-Length: 394000\r\n\r\n"), Buffer.alloc(393_000, "x")]);
  const senders: Sender[] = [];
  while (senders.length < 450) {
    senders.push(...Array.from({ length: 10 }, () => send("POST /jobs HTTP/1.1", part)));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const room = Math.floor((32 * 1024 * 1024) / 394_000);
  await eventually(
    async () => senders.filter(({ ended }) => ended).length,
    (ended) => ended === 450 - room,
  );
  const refused = senders.filter(({ ended }) => ended);
  for (const { answer } of refused) {
    expect(answer).toMatch(/^HTTP\/1\.1 503 .*\r\n/);
    expect(answer).toMatch(/^Retry-After: 1\r$/m);
    expect(answer).toMatch(/^Connection: close\r$/m);
    expect(answer).toMatch(/^\{"error":\{"code":"busy"/m);
  }
  expect(app.memoryMiB() - before).toBeLessThan(120);
  const visit = await app.get("/");
  expect(visit.status).toBe(200);
  expect(visit.tookMs).toBeLessThan(1000);
  // What 85 of them leave is 64,432 bytes.
  const put = await app.send("PUT", "/kv/a", "v".repeat(60_000));
  expect(put).toMatchObject({ status: 200 });
  const metrics = (await app.internal("/metrics")).body as string;
  expect(metrics).toContain(`http_requests_total{method="POST",route="/jobs",status_code="503"} ${450 - room}`);

  for (const { socket } of senders) socket.destroy();
  await eventually(
    () => app.send("POST", "/jobs", { job: "x".repeat(1000) }),
    ({ status }) => status === 202,
  );
});

test("the room of a body is given back, whatever became of its request", async () => {
  const chunked = "Transfer-Encoding: chunked\r\n\r\n";
  const rounds = Math.ceil((32 * 1024 * 1024) / (385 * 1024)) + 1;
  for (let round = 0; round < rounds; round++) {
    const gone = send("PUT /kv/a HTTP/1.1", `${chunked}4\r\nabcd\r\n`);
    const wrong = await app.send("POST", "/jobs", "{", { headers: { "transfer-encoding": "chunked" } });
    const large = await app.send("PUT", "/kv/a", "x".repeat(400_000), { headers: { "transfer-encoding": "chunked" } });
    expect([wrong.status, large.status]).toEqual([400, 413]);
    gone.socket.destroy();
  }
  expect((await app.send("PUT", "/kv/a", "v")).status).toBe(200);
});

// Each chunk was kept as it came, with some 400 bytes about it: one such body took 150 MiB.
test("a body in chunks of one byte takes no more than one in whole", async () => {
  const before = app.memoryMiB();
  const chunks = "1\r\nx\r\n".repeat(390_000);
  const senders = [1, 2, 3].map(() => send("POST /jobs HTTP/1.1", `Transfer-Encoding: chunked\r\n\r\n${chunks}`));
  const allSent = () => senders.every(({ socket }) => socket.writableLength === 0);
  await eventually(async () => allSent(), Boolean);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(app.memoryMiB() - before).toBeLessThan(90);
  for (const { socket } of senders) socket.write("0\r\n\r\n");
  await eventually(async () => senders.every(({ answer }) => /^HTTP\/1\.1 400 .*invalid_job/s.test(answer)), Boolean);
  for (const { socket } of senders) socket.destroy();
});
