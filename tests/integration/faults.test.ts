import { createQueue } from "../../runtime/jobs";
import { Replica, eventually, removeBundles, stopAll } from "./replica";
import { TestRedis } from "./redis";
import { SlowProxy } from "./slow-proxy";

jest.setTimeout(60_000);

let redis: TestRedis;

beforeAll(async () => {
  redis = await TestRedis.start();
});

const slowProxies: SlowProxy[] = [];

afterEach(async () => {
  await stopAll();
  await Promise.all(slowProxies.splice(0).map((slow) => slow.close()));
});

afterAll(async () => {
  removeBundles();
  await redis?.remove();
});

const unavailable = { status: 503, body: { error: { code: "redis_unavailable" } } };

/** Asks all that needs Redis; returns the slowest answer's time. */
async function expectAllUnavailable(app: Replica): Promise<number> {
  let slowestMs = 0;
  for (const path of ["/", "/set?key=k&value=v", "/get?key=k", "/enqueue?job=x", "/readyz"]) {
    const answer = await app.get(path);
    expect(answer).toMatchObject(unavailable);
    slowestMs = Math.max(slowestMs, answer.tookMs);
  }
  expect(await app.get("/healthz")).toMatchObject({ status: 200 });
  return Math.round(slowestMs);
}

/** Puts a job in and waits until a worker has it in its hands. */
async function addHeldJob(milliseconds: number) {
  const queue = createQueue(redis.admin);
  const job = await queue.add("sleep", { milliseconds }, { telemetry: { metadata: "request-1" } });
  await eventually(
    () => job.getState(),
    (state) => state === "active",
  );
  await queue.close();
  return job;
}

test("Redis stopped and started: 503 at once, no exit, and everything goes on by itself where it was", async () => {
  const app = await Replica.ready("app", { REDIS_URL: redis.url("app") });
  const worker = await Replica.ready("worker", { REDIS_URL: redis.url("worker") });
  expect((await app.probe()).status).toBe(200);
  const cookie = (await app.get("/")).headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  await app.get("/set?key=kept&value=yes");
  const before = await app.get("/", { headers: { cookie } });
  const held = await addHeldJob(3000);

  await redis.stop();
  await app.logged("redis is away, reconnecting");
  expect(await expectAllUnavailable(app)).toBeLessThan(3000);
  // A later outage makes no replica unhealthy: its probe is held, not refused.
  const held503 = app.probe().then(({ status }) => status);
  await app.get("/healthz");
  expect(await Promise.race([held503, app.get("/readyz").then(() => "still held")])).toBe("still held");

  await redis.restart();
  const backAt = performance.now();
  await eventually(
    () => app.get("/readyz"),
    ({ status }) => status === 200,
  );
  console.info(`ready again ${Math.round(performance.now() - backAt)} ms after Redis was back`);
  const after = await app.get("/", { headers: { cookie } });
  expect(after.body.session_count).toBe(before.body.session_count + 1);
  expect((await app.get("/get?key=kept")).body.value).toBe("yes");

  const { body } = await app.get("/enqueue?job=after");
  await worker.logged("job done", { id: body.id });
  await worker.logged("job done", { id: held.id });
  // One line an outage and connection, not one an attempt.
  expect(app.lines.filter(({ msg }) => msg === "redis is away, reconnecting").length).toBeLessThanOrEqual(2);
});

test("a Redis that hangs: 503 within three seconds, then at once, and it recovers", async () => {
  const app = await Replica.ready("app", { REDIS_URL: redis.url("app") });
  await app.get("/enqueue?job=first");
  await redis.pause();
  try {
    const answers = await Promise.all([app.get("/"), app.get("/readyz"), app.get("/enqueue?job=x")]);
    for (const answer of answers) {
      expect(answer).toMatchObject(unavailable);
      expect(answer.tookMs).toBeLessThan(3000);
    }
    await eventually(
      () => app.get("/"),
      ({ tookMs }) => tookMs < 500,
    );
    expect(await app.get("/")).toMatchObject(unavailable);
  } finally {
    await redis.unpause();
  }
  await eventually(
    () => app.get("/readyz"),
    ({ status }) => status === 200,
  );
  expect((await app.get("/")).status).toBe(200);
});

test("Redis away at the start: alive, not ready, and ready by itself once it is there", async () => {
  await redis.stop();
  const app = await Replica.start("app", { REDIS_URL: redis.url("app") });
  const worker = await Replica.start("worker", { REDIS_URL: redis.url("worker") });
  expect((await app.get("/healthz")).status).toBe(200);
  expect((await app.get("/readyz")).body.error.code).toBe("not_ready");
  expect(await app.get("/")).toMatchObject(unavailable);
  expect(await app.get("/enqueue?job=x")).toMatchObject(unavailable);
  expect((await app.probe()).status).toBe(503);
  expect((await worker.probe()).status).toBe(503);
  await redis.restart();
  await Promise.all([app.logged("ready"), worker.logged("ready")]);
  expect((await app.probe()).status).toBe(200);
  expect((await worker.probe()).status).toBe(200);
  const { body } = await app.get("/enqueue?job=late");
  await worker.logged("job done", { id: body.id });
});

test("a stop while Redis is away ends both processes with 0, without using up the grace period", async () => {
  const app = await Replica.ready("app", { REDIS_URL: redis.url("app"), STOP_GRACE_SECONDS: "30" });
  const worker = await Replica.ready("worker", { REDIS_URL: redis.url("worker"), STOP_GRACE_SECONDS: "30" });
  await redis.stop();
  await Promise.all([app, worker].map((replica) => replica.logged("redis is away, reconnecting")));
  for (const replica of [app, worker]) {
    replica.kill("SIGTERM");
    expect(await replica.exited).toBe(0);
    expect((await replica.logged("stopped")).drainMs).toBeLessThan(5000);
  }
  await redis.restart();
});

// Measured before: the worker waited for its answer until the grace period was used up, and exited with 1.
test("nor does a stop while Redis hangs hold a process up that has nothing in its hands", async () => {
  const app = await Replica.ready("app", { REDIS_URL: redis.url("app"), STOP_GRACE_SECONDS: "15" });
  const worker = await Replica.ready("worker", { REDIS_URL: redis.url("worker"), STOP_GRACE_SECONDS: "15" });
  await redis.pause();
  try {
    for (const replica of [app, worker]) {
      replica.kill("SIGTERM");
      expect(await replica.exited).toBe(0);
      expect((await replica.logged("stopped")).drainMs).toBeLessThan(3000);
      expect(replica.stderr).toBe("");
    }
  } finally {
    await redis.unpause();
  }
});

test("a worker stopped with a job in its hands while Redis is away exits 0 in time, and the job is done by another", async () => {
  const worker = await Replica.ready("worker", { REDIS_URL: redis.url("worker"), STOP_GRACE_SECONDS: "3" });
  const held = await addHeldJob(4000);
  await redis.stop();
  await worker.logged("redis is away, reconnecting");
  worker.kill("SIGTERM");
  expect(await worker.exited).toBe(0);
  const { jobs } = await worker.logged("jobs left behind: their locks expire, another worker takes over");
  expect(jobs).toEqual([{ id: held.id, name: "sleep", requestId: "request-1" }]);
  await redis.restart();
  const other = await Replica.ready("worker", { REDIS_URL: redis.url("worker") });
  await other.logged("job done", { id: held.id });
});

test("Redis away for ten seconds under load: 503 at once, no exit, and no acknowledged write is lost", async () => {
  const app = await Replica.ready("app", { REDIS_URL: redis.url("app") });
  const acknowledged = new Map<string, string>();
  let refused = 0;
  let slowestMs = 0;
  let going = true;
  const writing = (async () => {
    for (let count = 0; going; count++) {
      const { status, tookMs, body } = await app.send("PUT", `/kv/w${count}`, `v${count}`);
      if (status === 200) {
        acknowledged.set(`w${count}`, `v${count}`);
      } else {
        expect({ status, body }).toMatchObject(unavailable);
        refused++;
        slowestMs = Math.max(slowestMs, tookMs);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const { body: enqueued } = await app.get("/enqueue?job=kept");
  await redis.stop();
  await app.logged("redis is away, reconnecting");
  expect(await app.get("/health")).toMatchObject({ status: 503, body: { status: "unhealthy" } });
  expect((await app.get("/jobs/1")).status).toBe(503);
  expect((await app.get("/stats")).status).toBe(503);
  expect((await app.internal("/metrics")).tookMs).toBeLessThan(2000);
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  await redis.restart();
  await eventually(
    () => app.get("/readyz"),
    ({ status }) => status === 200,
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  going = false;
  await writing;
  expect(refused).toBeGreaterThan(100);
  expect(slowestMs).toBeLessThan(3000);
  for (const [key, value] of acknowledged) {
    expect((await app.get(`/kv/${key}`)).body.value).toBe(value);
  }
  expect((await app.get(`/jobs/${enqueued.id}`)).body.state).toBe("waiting");
  console.info(
    `${acknowledged.size} writes acknowledged and kept, ${refused} refused, slowest in ${Math.round(slowestMs)} ms`,
  );
});

test("a Redis that takes 100 ms for every answer slows a request by one of these, whatever the route", async () => {
  const slow = await SlowProxy.start(redis.url("app"), 100);
  slowProxies.push(slow);
  const app = await Replica.ready("app", { REDIS_URL: slow.url });
  // Scripts are loaded at their first use.
  await app.get("/enqueue?job=first");
  for (const path of [
    "/",
    "/set?key=s&value=v",
    "/get?key=s",
    "/kv/s",
    "/readyz",
    "/health",
    "/enqueue?job=x",
    "/jobs/1",
    "/stats",
  ]) {
    // The fastest of a few: what the replica reports once a second may be on the line before a request's commands.
    const answers = [];
    for (let count = 0; count < 4; count++) {
      answers.push(await app.get(path));
    }
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([path.startsWith("/enqueue") ? 202 : 200]));
    const fastestMs = Math.min(...answers.map(({ tookMs }) => tookMs));
    // One round trip is 100 ms, two would be 200.
    expect({ path, oneRoundTrip: fastestMs >= 95 && fastestMs < 190 }).toEqual({ path, oneRoundTrip: true });
  }
  expect((await app.get("/healthz")).tookMs).toBeLessThan(90);
});

test("nobody reads the log: requests and jobs go on, and what was dropped is told when it is read again", async () => {
  // Jobs that a test before left in the queue have lines too.
  await redis.admin.flushall();
  const app = await Replica.ready("app", { REDIS_URL: redis.url("app"), LOG_LEVEL: "debug" });
  const worker = await Replica.ready("worker", { REDIS_URL: redis.url("worker") });
  app.ignoreLog();
  worker.ignoreLog();
  const queue = createQueue(redis.admin);
  await queue.addBulk(Array.from({ length: 8000 }, (_, n) => ({ name: "echo", data: { job: `job ${n}` } })));
  for (let round = 0; round < 100; round++) {
    const answers = await Promise.all(Array.from({ length: 40 }, () => app.get("/get?key=none")));
    expect(answers.filter(({ status }) => status !== 404)).toEqual([]);
  }
  await eventually(
    () => queue.getJobCountByTypes("waiting", "active"),
    (left) => left === 0,
  );
  await queue.close();
  worker.readLog();
  const { lines } = await worker.logged("log lines dropped: standard output was not read");
  expect(Number(lines) + worker.lines.filter(({ msg }) => msg === "job done").length).toBe(8000);
});
