import { Agent } from "node:http";
import { connect } from "node:net";
import { once } from "node:events";
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

test("readiness and probe drop at once, requests are served on, then the process exits 0", async () => {
  const app = await startApp({ DRAIN_SECONDS: "2" });
  expect((await app.probe()).status).toBe(200);
  const held = app.probe();
  const agent = new Agent({ keepAlive: true });
  expect((await app.get("/", { agent })).status).toBe(200);

  app.kill("SIGTERM");
  const told = performance.now();
  expect((await held).status).toBe(503);
  const releasedMs = performance.now() - told;
  expect((await app.probe()).status).toBe(503);
  expect(await app.get("/readyz")).toMatchObject({ status: 503, body: { error: { code: "not_ready" } } });
  expect((await app.get("/", { agent })).status).toBe(200);
  expect((await app.get("/")).status).toBe(200);
  expect((await app.get("/healthz")).status).toBe(200);
  console.info(`a held probe was released ${Math.round(releasedMs)} ms after SIGTERM`);
  expect(releasedMs).toBeLessThan(1000);

  expect(await app.exited).toBe(0);
  expect((await app.logged("stopped")).drainMs).toBeGreaterThanOrEqual(2000);
  await expect(app.get("/")).rejects.toThrow(/ECONNREFUSED/);
  agent.destroy();
});

test("a slow request in flight finishes, and its answer says that the connection ends", async () => {
  const app = await startApp({ STOP_GRACE_SECONDS: "10" });
  const agent = new Agent({ keepAlive: true });
  await redis.admin.call("CLIENT", "PAUSE", "1000", "ALL");
  const slow = app.get("/", { agent });
  // The process has it before it hears of the stop: an answer that needs no Redis came from behind it.
  await app.get("/healthz");
  app.kill("SIGTERM");
  const answer = await slow;
  expect(answer).toMatchObject({ status: 200, headers: { connection: "close" }, body: { session_count: 1 } });
  expect(await app.exited).toBe(0);
  expect((await app.logged("stopped")).drainMs).toBeLessThan(5000);
  agent.destroy();
});

// Measured before: for Node a connection that never sent a request is not idle; one used up the whole grace period.
test("connections that owe no answer do not hold the drain up, used before or never", async () => {
  const app = await startApp({ STOP_GRACE_SECONDS: "30" });
  const agent = new Agent({ keepAlive: true });
  await app.get("/", { agent });
  const unused = connect(app.port, "127.0.0.1");
  await once(unused, "connect");
  const half = connect(app.port, "127.0.0.1");
  half.write("GET / HTTP/1.1\r\nHost: a\r\n");
  half.on("error", () => undefined);
  await once(half, "connect");
  await app.get("/healthz");

  app.kill("SIGTERM");
  await once(unused.resume(), "end");
  expect(await app.exited).toBe(0);
  expect((await app.logged("stopped")).drainMs).toBeLessThan(5000);
  agent.destroy();
});

test("a second SIGTERM does not cut the drain short", async () => {
  const app = await startApp({ DRAIN_SECONDS: "1" });
  app.kill("SIGTERM");
  await app.logged("draining");
  app.kill("SIGTERM");
  app.kill("SIGINT");
  await app.logged("already draining", { reason: "SIGINT" });
  expect((await app.get("/")).status).toBe(200);
  expect(await app.exited).toBe(0);
});

test("a request that never ends is cut off before the engine would kill the process", async () => {
  const app = await startApp({ STOP_GRACE_SECONDS: "2" });
  await redis.pause();
  try {
    const told = performance.now();
    const stuck = app.get("/").catch((error: Error) => error);
    await app.get("/healthz");
    app.kill("SIGTERM");
    await stuck;
    await app.exited;
    expect(performance.now() - told).toBeLessThan(2500);
  } finally {
    await redis.unpause();
  }
});

test("a stop before Redis was ever reached ends the process at once", async () => {
  for (const service of ["app", "worker"] as const) {
    const replica = await Replica.start(service, {
      REDIS_URL: "redis://app:x@127.0.0.1:1",
      DRAIN_SECONDS: "5",
      STOP_GRACE_SECONDS: "30",
    });
    expect((await replica.probe()).status).toBe(503);
    replica.kill("SIGTERM");
    expect(await replica.exited).toBe(0);
    expect((await replica.logged("stopped")).drainMs).toBeLessThan(5000);
  }
});

test.each(["app", "worker"] as const)("the %s refuses a wrong environment in one line and exits 1", async (service) => {
  const replica = Replica.spawn(service, { REDIS_URL: "http://u:hunter2@x", INTERNAL_PORT: "80", LOG_LEVEL: "loud" });
  expect(await replica.exited).toBe(1);
  expect(replica.lines).toHaveLength(1);
  const message = replica.lines[0]?.msg ?? "";
  for (const key of ["REDIS_URL", "INTERNAL_PORT", "LOG_LEVEL"]) {
    expect(message).toContain(`${key}: got `);
  }
  expect(JSON.stringify(replica.lines) + replica.stderr).not.toContain("hunter2");
});

test("a port that is taken is named, and the process exits 1", async () => {
  const app = await startApp();
  const second = Replica.spawn("app", { REDIS_URL: redis.url("app"), PORT: String(app.port) });
  expect(await second.exited).toBe(1);
  expect(JSON.stringify(second.lines)).toContain(`listen on port ${app.port}`);
});

test("the worker's probe follows its connection and its drain", async () => {
  const worker = await Replica.ready("worker", { REDIS_URL: redis.url("worker") });
  expect((await worker.probe()).status).toBe(200);
  const held = worker.probe();
  await worker.internal("/"); // Asked later and answered: so the probe is held by now.
  worker.kill("SIGTERM");
  expect((await held).status).toBe(503);
  expect(await worker.exited).toBe(0);
});
