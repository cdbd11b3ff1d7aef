import { createQueue } from "../../runtime/jobs";
import { Replica, SESSION_SECRET, ask, eventually, removeBundles, stopAll } from "./replica";
import { TestRedis } from "./redis";

jest.setTimeout(60_000);

let redis: TestRedis;
let one: Replica;
let two: Replica;

beforeAll(async () => {
  redis = await TestRedis.start();
  const env = { REDIS_URL: redis.url("app"), SESSION_TTL_SECONDS: "60", LOG_LEVEL: "debug" };
  [one, two] = await Promise.all([Replica.ready("app", env), Replica.ready("app", env)]);
});

afterAll(async () => {
  await stopAll();
  removeBundles();
  await redis?.remove();
});

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

test("PUT, GET and DELETE of a key: the body is the value, or JSON names it; every replica sees it", async () => {
  expect(await one.send("PUT", "/kv/a.b:c_d-1", "ä text & more")).toMatchObject({
    status: 200,
    body: { key: "a.b:c_d-1", value: "ä text & more" },
  });
  expect((await two.get("/kv/a.b:c_d-1")).body.value).toBe("ä text & more");
  expect((await two.get("/get?key=a.b:c_d-1")).body.value).toBe("ä text & more");
  expect(await two.send("PUT", "/kv/a.b:c_d-1", { value: "by JSON" })).toMatchObject({ status: 200 });
  expect((await one.get("/kv/a.b:c_d-1")).body.value).toBe("by JSON");
  expect(await one.send("DELETE", "/kv/a.b:c_d-1")).toMatchObject({ status: 200, body: { deleted: true } });
  for (const answer of [await two.get("/kv/a.b:c_d-1"), await two.send("DELETE", "/kv/a.b:c_d-1")]) {
    expect(answer).toMatchObject({ status: 404, body: { error: { code: "key_not_found" } } });
  }
});

test("a body of 64 KiB is taken, escaped or not, and not a byte more", async () => {
  expect((await one.send("PUT", "/kv/big", "A".repeat(65536))).status).toBe(200);
  const escaped = `{"value":"${"\\u0041".repeat(65536)}"}`;
  const headers = { "content-type": "application/json" };
  expect((await one.send("PUT", "/kv/big", escaped, { headers })).status).toBe(200);
  expect((await two.get("/kv/big")).body.value).toBe("A".repeat(65536));
  expect((await one.send("PUT", "/kv/big", "A".repeat(65537))).body.error.code).toBe("value_too_large");
  expect(await one.send("PUT", "/kv/big", "A".repeat(1_000_000))).toMatchObject({
    status: 413,
    body: { error: { code: "body_too_large" } },
  });
});

test.each([
  ["PUT", "/kv/a%20b", "x", {}, 400, "invalid_key"],
  ["PUT", `/kv/${"k".repeat(129)}`, "x", {}, 400, "invalid_key"],
  ["PUT", "/kv/__proto__%00", "x", {}, 400, "invalid_key"],
  ["PUT", "/kv/k", Buffer.from([0xff, 0xfe]), {}, 400, "invalid_value"],
  ["PUT", "/kv/k", "{", { "content-type": "application/json" }, 400, "invalid_value"],
  ["PUT", "/kv/k", "[]", { "content-type": "application/json" }, 400, "invalid_value"],
  ["PUT", "/kv/k", '{"value":5}', { "content-type": "application/json" }, 400, "invalid_value"],
  ["PUT", "/kv/k", "x", { "content-encoding": "gzip" }, 415, "unsupported_encoding"],
  ["POST", "/jobs", "", {}, 400, "invalid_job"],
  ["POST", "/jobs", '{"name":"nothing"}', {}, 400, "invalid_job"],
  ["POST", "/jobs", '{"name":"__proto__"}', {}, 400, "invalid_job"],
  ["POST", "/jobs", '{"name":"echo","payload":{}}', {}, 400, "invalid_job"],
  ["POST", "/jobs", '{"name":"sleep","payload":{"milliseconds":-1}}', {}, 400, "invalid_payload"],
  ["GET", "/jobs/meta", "", {}, 400, "invalid_job_id"],
  ["GET", "/jobs/0", "", {}, 400, "invalid_job_id"],
  ["GET", "/jobs/999999", "", {}, 404, "job_not_found"],
  ["GET", "/work?duration=10001", "", {}, 400, "invalid_duration"],
  ["GET", "/work?duration=-1", "", {}, 400, "invalid_duration"],
  ["GET", "/work?duration=1&duration=2", "", {}, 400, "invalid_duration"],
  ["GET", "/error", "", {}, 500, "simulated_error"],
  ["GET", "/metrics", "", {}, 404, "not_found"],
  ["GET", "/probe", "", {}, 404, "not_found"],
  ["PATCH", "/kv/k", "", {}, 404, "not_found"],
])("%s %s answers an error of the catalogue", async (method, path, body, headers, status, code) => {
  const answer = await one.send(method, path, body, { headers: headers as Record<string, string> });
  expect({ status: answer.status, code: answer.body.error?.code }).toEqual({ status, code });
  expect(Object.keys(answer.body)).toEqual(["error"]);
});

test("a job goes from 202 to its result, and says who did it", async () => {
  const enqueued = await one.send("POST", "/jobs", { name: "sleep", payload: { milliseconds: 10 } });
  expect(enqueued).toMatchObject({
    status: 202,
    body: { id: expect.stringMatching(/^\d+$/), queue: "jobs", waiting: 1 },
  });
  expect(enqueued.headers.location).toBe(`/jobs/${enqueued.body.id}`);
  const path = `/jobs/${enqueued.body.id}`;
  expect((await two.get(path)).body).toMatchObject({
    ...{ id: enqueued.body.id, name: "sleep", state: "waiting", attempts: 0, max_attempts: 3 },
    ...{ result: null, failure: null, started_at: null, finished_at: null, worker: null },
  });
  await eventually(
    () => one.get("/stats"),
    ({ body }) => body.queue.waiting === 1 && body.queue.oldest_waiting_age_seconds > 0,
  );

  const worker = await Replica.ready("worker", { REDIS_URL: redis.url("worker") });
  const line = await worker.logged("job done", { id: enqueued.body.id });
  // The request's id follows the job into the worker's log.
  expect(line.requestId).toBe(enqueued.headers["x-request-id"]);
  const { body } = await two.get(path);
  expect(body).toMatchObject({
    state: "completed",
    attempts: 1,
    result: { milliseconds: 10 },
    worker: worker.instance,
  });
  expect(Date.parse(body.finished_at) - Date.parse(body.started_at)).toBeGreaterThanOrEqual(9);
  expect((await one.get("/stats")).body.queue).toEqual({
    ...{ waiting: 0, active: 0, completed: 1, failed: 0, delayed: 0, oldest_waiting_age_seconds: 0 },
  });
  worker.kill("SIGKILL");
});

test("the statistics of all replicas come from any of them", async () => {
  await two.get("/stats"); // It reports what it has not yet.
  const before = (await one.get("/stats")).body;
  for (let count = 0; count < 20; count++) {
    await (count % 2 ? one : two).get("/");
  }
  const after = await eventually(
    async () => (await one.get("/stats")).body,
    ({ sessions }) => sessions === before.sessions + 20,
  );
  expect(after.global_count).toBe(before.global_count + 20);
  expect(after.requests[two.instance]).toBe((before.requests[two.instance] ?? 0) + 10);
  expect(after.requests[one.instance]).toBeGreaterThanOrEqual((before.requests[one.instance] ?? 0) + 10);
  expect(await redis.admin.get(`evenkeel:requests:${two.instance}`)).toBe(String(after.requests[two.instance]));
});

test("an instance tells who it is and how it is", async () => {
  const instance = await one.get("/api/instance");
  expect(instance.body).toEqual({
    hostname: expect.any(String),
    instance: one.instance,
    revision: "r1",
    uptime: expect.any(Number),
    requests: expect.any(Number),
  });
  await one.get("/load-test");
  expect((await one.get("/api/instance")).body.requests).toBe(instance.body.requests + 2);
  expect(await one.get("/health")).toMatchObject({
    status: 200,
    body: {
      ...{ status: "healthy", instance: one.instance, uptime: expect.any(Number), requests: expect.any(Number) },
      ...{ hostname: instance.body.hostname, timestamp: expect.any(String), memory: { rss: expect.any(Number) } },
      checks: { redis: { status: "up", latencyMs: expect.any(Number) } },
    },
  });
});

test("CPU work runs beside the event loop: health answers stay fast, and too much of it is refused", async () => {
  const work = [one.get("/work?duration=1000"), one.get("/work?duration=1000")];
  await new Promise((resolve) => setTimeout(resolve, 200));
  let slowestMs = 0;
  for (let count = 0; count < 20; count++) {
    slowestMs = Math.max(slowestMs, (await one.get("/healthz")).tookMs);
  }
  for (const { status, body } of await Promise.all(work)) {
    expect({ status, body }).toMatchObject({ status: 200, body: { duration: 1000 } });
    expect(body.actualDuration).toBeGreaterThanOrEqual(1000);
  }
  console.info(`slowest of 20 health answers beside two busy threads: ${Math.round(slowestMs)} ms`);
  expect(slowestMs).toBeLessThan(500);

  const many = await Promise.all(Array.from({ length: 30 }, () => one.get("/work?duration=50")));
  const statuses = many.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(18);
  expect(many.find(({ status }) => status === 503)?.body.error.code).toBe("busy");
});

test("work nobody waits for any more is given up", async () => {
  const impatient = fetch(`http://127.0.0.1:${one.port}/work?duration=10000`, { signal: AbortSignal.timeout(300) });
  await expect(impatient).rejects.toThrow();
  await one.logged("request", { route: "/work", statusCode: 499 });
  expect((await one.get("/work?duration=10")).status).toBe(200);
});

test("the demo endpoints can be turned off", async () => {
  const app = await Replica.ready("app", { REDIS_URL: redis.url("app"), DEMO_ENDPOINTS: "false" });
  for (const path of ["/work", "/delay", "/load-test", "/error"]) {
    expect(await app.get(path)).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  }
  app.kill("SIGKILL");
});

test("a request's id is taken over when it is well-formed, made otherwise, and in every line of the request", async () => {
  const taken = await one.get("/get?key=none", { headers: { "x-request-id": "edge-1:abc.DEF" } });
  expect(taken.headers["x-request-id"]).toBe("edge-1:abc.DEF");
  for (const msg of ["request", "request refused"]) {
    await one.logged(msg, { requestId: "edge-1:abc.DEF" });
  }
  for (const bad of ["a b", "x".repeat(129), "{}", "ä"]) {
    const headers = { "x-request-id": Buffer.from(bad).toString("latin1") };
    expect((await one.get("/", { headers })).headers["x-request-id"]).toMatch(uuid);
  }
  expect((await one.get(`/${"x".repeat(300_000)}`)).headers["x-request-id"]).toMatch(uuid);
});

test("the client's address is what the edge says, not what the client says", async () => {
  await one.get("/", { headers: { "x-request-id": "hops", "x-forwarded-for": "6.6.6.6, 203.0.113.9" } });
  await one.logged("request", { requestId: "hops", ip: "203.0.113.9" });
});

test("helmet's headers are on every answer; without TLS nothing sends a browser to https", async () => {
  for (const path of ["/", "/nothing", "/error", `/${"x".repeat(300_000)}`]) {
    const { headers } = await one.get(path);
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "x-frame-options": "SAMEORIGIN" });
    expect(headers["content-security-policy"]).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers["strict-transport-security"]).toBeUndefined();
  }
  const app = await Replica.ready("app", { REDIS_URL: redis.url("app"), SECURE_COOKIES: "true" });
  const { headers } = await app.get("/");
  expect(headers["strict-transport-security"]).toBeTruthy();
  expect(headers["set-cookie"]?.[0]).toMatch(/; Secure$/);
  app.kill("SIGKILL");
});

test("the cookie is for TLS only when the edge says that the client came by TLS", async () => {
  const cookieOf = async (headers: Record<string, string>) =>
    (await one.get("/", { headers })).headers["set-cookie"]![0]!;
  expect(await cookieOf({ "x-forwarded-proto": "https" })).toMatch(/; SameSite=Lax; Secure$/);
  for (const proto of ["http", "nonsense", ""]) {
    expect(await cookieOf({ "x-forwarded-proto": proto })).toMatch(/; SameSite=Lax$/);
  }
});

test("a forged session is a new one, on every replica the same", async () => {
  const genuine = (await one.get("/")).headers["set-cookie"]![0]!.split(";")[0]!;
  const { body } = await two.get("/", { headers: { cookie: genuine } });
  expect(body.session_count).toBe(2);
  const [id, signature] = genuine.slice(4).split(".") as [string, string];
  const other = (await one.get("/")).headers["set-cookie"]![0]!.split(";")[0]!.slice(4).split(".")[0]!;
  for (const cookie of [`sid=${id}`, `sid=${other}.${signature}`, `sid=${id}.${signature.toLowerCase()}`]) {
    const answer = await two.get("/", { headers: { cookie } });
    expect(answer).toMatchObject({ status: 200, body: { session_count: 1 } });
    expect(answer.headers["set-cookie"]).toHaveLength(1);
  }
});

test("metrics are told on the internal port: by route, with what this was made from", async () => {
  await one.get("/kv/some-key");
  await one.get("/made/up/path");
  const { status, headers, body } = await one.internal("/metrics");
  expect(status).toBe(200);
  expect(headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
  for (const line of [
    /^http_requests_total\{method="GET",route="\/kv\/:key",status_code="404"\} \d+$/m,
    /^http_requests_total\{method="GET",route="unmatched",status_code="404"\} \d+$/m,
    /^http_requests_total\{method="other",route="unparsed",status_code="431"\} \d+$/m,
    /^http_request_duration_seconds_bucket\{le="0.1",method="GET",route="\/",status_code="200"\} \d+$/m,
    /^http_requests_in_flight 0$/m,
    /^redis_up\{connection="requests"\} 1$/m,
    /^redis_reconnects_total\{connection="requests"\} 0$/m,
    /^redis_operation_duration_seconds_count\{operation="visit"\} \d+$/m,
    /^nodejs_eventloop_lag_seconds \S+$/m,
    /^queue_jobs\{state="waiting"\} \d+$/m,
    /^queue_oldest_waiting_age_seconds \d+$/m,
    /^build_info\{service="app",revision="r1",node_version="v[\d.]+"\} 1$/m,
  ]) {
    expect(body).toMatch(line);
  }
  expect(body).not.toContain("some-key");
  expect(body).not.toContain("/made");
  expect(one.internalPort).not.toBe(one.port);
});

test("a held stream is no request: neither one in flight nor, at its end, one that took long", async () => {
  const stop = new AbortController();
  const response = await fetch(`http://127.0.0.1:${one.port}/events`, { signal: stop.signal });
  await response.body!.getReader().read();
  const open = (await one.internal("/metrics")).body as string;
  expect(open).toMatch(/^http_requests_in_flight 0$/m);
  expect(open).toMatch(/^live_streams_open 1$/m);
  stop.abort();
  const closed = await eventually(
    async () => (await one.internal("/metrics")).body as string,
    (text) => /^live_streams_open 0$/m.test(text),
  );
  expect(closed).toMatch(/^http_requests_in_flight 0$/m);
  expect(closed).not.toContain('route="/events"');
});

// Each was taken for a stream: none was answered, and 200 of them left no place for anybody.
test("HEAD of the stream is answered at once and takes no place", async () => {
  const heads = await Promise.all(Array.from({ length: 201 }, () => ask(two.port, "/events", { method: "HEAD" })));
  expect([...new Set(heads.map(({ status, headers }) => `${status} ${headers["content-type"]}`))]).toEqual([
    "200 text/event-stream",
  ]);
  const stop = new AbortController();
  expect((await fetch(`http://127.0.0.1:${two.port}/events`, { signal: stop.signal })).status).toBe(200);
  stop.abort();
});

test("the worker tells its metrics and its health on the internal port", async () => {
  const worker = await Replica.ready("worker", { REDIS_URL: redis.url("worker") });
  const { body } = await one.get("/enqueue?job=x");
  await worker.logged("job done", { id: body.id });
  const queue = createQueue(redis.admin);
  const unknown = await queue.add("nothing", {});
  await worker.logged("job failed", { id: unknown.id });
  await worker.internal("/metrics"); // A scrape measures its own look at the queue; the next one tells it.
  const metrics = (await worker.internal("/metrics")).body as string;
  for (const line of [
    /^jobs_processed_total\{name="echo"\} 1$/m,
    /^jobs_failed_total\{name="unknown"\} 1$/m,
    /^jobs_taken_over_total 0$/m,
    /^job_duration_seconds_count\{name="echo"\} 1$/m,
    /^redis_operation_duration_seconds_count\{operation="read_queue"\} [1-9]\d*$/m,
    /^redis_up\{connection="jobs"\} 1$/m,
    /^jobs_in_progress 0$/m,
    /^queue_jobs\{state="completed"\} \d+$/m,
    /^build_info\{service="worker",revision="r1"/m,
  ]) {
    expect(metrics).toMatch(line);
  }
  expect(await ask(worker.internalPort, "/health")).toMatchObject({
    status: 200,
    body: { status: "healthy", instance: worker.instance, jobs: 0, checks: { redis: { status: "up" } } },
  });
  worker.kill("SIGKILL");
  await queue.close();
});

test("no log line tells a secret, and the rights in Redis were enough", async () => {
  const lines = JSON.stringify([...one.lines, ...two.lines]);
  expect(lines).not.toContain(SESSION_SECRET);
  expect(lines).not.toContain("sid=");
  expect(lines).not.toContain("integration@");
  expect(await redis.refused()).toEqual([]);
  expect(one.stderr + two.stderr).toBe("");
});
