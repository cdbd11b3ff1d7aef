import { connect } from "node:net";
import { Replica, removeBundles, stopAll } from "./replica";
import { TestRedis } from "./redis";

jest.setTimeout(60_000);

let redis: TestRedis;
let one: Replica;
let two: Replica;

beforeAll(async () => {
  redis = await TestRedis.start();
  const env = { REDIS_URL: redis.url("app") };
  [one, two] = await Promise.all([Replica.ready("app", env), Replica.ready("app", env)]);
});

afterAll(async () => {
  await stopAll();
  removeBundles();
  await redis?.remove();
});

test("a session's count rises by one on whichever replica it lands, the global count over all clients", async () => {
  const first = await one.get("/");
  expect(first.status).toBe(200);
  const cookie = first.headers["set-cookie"]?.[0] ?? "";
  expect(cookie).toMatch(/^sid=[\w-]{22}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  expect(first.body).toMatchObject({ session_count: 1, visits: 1, revision: "r1" });
  expect(first.body.served_by.instance).toBe(one.instance);

  const headers = { cookie: cookie.split(";")[0] ?? "" };
  const stranger = await two.get("/");
  expect(stranger.body.session_count).toBe(1);
  expect(stranger.body.session_id).not.toBe(first.body.session_id);

  for (const [index, replica] of [two, one, two, one].entries()) {
    const next = await replica.get("/", { headers });
    expect(next.headers["set-cookie"]).toBeUndefined();
    expect(next.body).toMatchObject({
      session_id: first.body.session_id,
      session_count: index + 2,
      global_count: first.body.global_count + index + 2,
      served_by: { instance: replica.instance },
    });
  }
});

test("visits at the same time are all counted", async () => {
  const before = (await one.get("/")).body.global_count;
  await Promise.all(Array.from({ length: 200 }, (_, index) => (index % 2 ? one : two).get("/")));
  expect((await one.get("/")).body.global_count).toBe(before + 201);
});

test("a session ends an hour after its last visit", async () => {
  const { body } = await one.get("/");
  const left = await redis.admin.ttl(`evenkeel:session:${body.session_id}`);
  expect(left).toBeGreaterThan(3500);
  expect(left).toBeLessThanOrEqual(3600);
});

test("a malformed cookie gets a new session, never an error", async () => {
  for (const cookie of ["sid=short", "sid=%00", "=;;=", `sid=${"x".repeat(5000)}`]) {
    const answer = await one.get("/", { headers: { cookie } });
    expect(answer.status).toBe(200);
    expect(answer.headers["set-cookie"]).toHaveLength(1);
  }
});

test("a key set on one replica is read from the other", async () => {
  const value = "ä value & more";
  const set = await one.get(`/set?key=colour.1&value=${encodeURIComponent(value)}`);
  expect(set).toMatchObject({ status: 200, body: { key: "colour.1", value } });
  const got = await two.get("/get?key=colour.1");
  expect(got).toMatchObject({ status: 200, body: { key: "colour.1", value, served_by: { instance: two.instance } } });
});

test("64 KiB of value are taken, percent-encoded or not, and not a byte more", async () => {
  const encoded = "%41".repeat(65536);
  expect((await one.get(`/set?key=big&value=${encoded}`)).status).toBe(200);
  expect((await two.get("/get?key=big")).body.value).toBe("A".repeat(65536));
  expect(await one.get(`/set?key=big&value=${"A".repeat(65537)}`)).toMatchObject({
    status: 413,
    body: { error: { code: "value_too_large" } },
  });
});

test.each([
  ["/get?key=never-set", 404, "key_not_found"],
  ["/get", 400, "invalid_key"],
  ["/get?key=a&key=b", 400, "invalid_key"],
  ["/get?key=a%20b", 400, "invalid_key"],
  [`/get?key=${"k".repeat(129)}`, 400, "invalid_key"],
  ["/set?key=k", 400, "invalid_value"],
  ["/set?key=k&value=a&value=b", 400, "invalid_value"],
  ["/set?key[]=k&value=a", 400, "invalid_key"],
  ["/enqueue", 400, "invalid_job"],
  ["/enqueue?job=", 400, "invalid_job"],
  ["/enqueue?job=a&job=b", 400, "invalid_job"],
  ["/nothing", 404, "not_found"],
  ["/%zz", 404, "not_found"],
])("%s answers %i %s", async (path, status, code) => {
  const answer = await one.get(path);
  expect({ status: answer.status, code: answer.body.error?.code }).toEqual({ status, code });
  expect(Object.keys(answer.body)).toEqual(["error"]);
  expect(Object.keys(answer.body.error)).toEqual(["code", "message"]);
});

// The load balancer may try a GET again on another replica, but not `/enqueue`: its rule has this spelling only.
test.each(["/ENQUEUE?job=x", "/Enqueue?job=x", "/enqueue/?job=x", "/ENQUEUE/?job=x", "//enqueue?job=x"])(
  "%s is another path, and puts no job in",
  async (path) => {
    expect(await one.get(path)).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
    expect((await one.get("/stats")).body.queue.waiting).toBe(0);
  },
);

test.each(["/HEALTHZ", "/healthz/", "/kv/a/", "/Get?key=a", "/jobs/1/"])("%s is no route", async (path) => {
  expect(await one.get(path)).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
});

test("a request line beyond any bound answers 431", async () => {
  const answer = await one.get(`/get?key=${"k".repeat(300_000)}`);
  expect(answer).toMatchObject({ status: 431, body: { error: { code: "headers_too_large" } } });
});

test("every answer names who gave it, none names the framework", async () => {
  for (const path of ["/", "/healthz", "/readyz", "/get?key=none", "/nothing", `/${"x".repeat(300_000)}`]) {
    const { headers } = await one.get(path);
    expect(headers).toMatchObject({ "x-instance-id": one.instance, "content-type": expect.stringMatching(/json/) });
    expect(headers["x-served-by"]).toBeTruthy();
    expect(headers["x-revision"]).toBe("r1");
    expect(headers["x-powered-by"]).toBeUndefined();
    expect(headers.etag).toBeUndefined();
  }
});

test("what is no HTTP gets a JSON answer and the connection's end", async () => {
  const socket = connect(one.port, "127.0.0.1");
  socket.end("NONSENSE\r\n\r\n");
  let text = "";
  for await (const chunk of socket) {
    text += String(chunk);
  }
  expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(text).toContain('{"error":{"code":"bad_request"');
});

test("liveness and readiness are told", async () => {
  expect(await one.get("/healthz")).toMatchObject({ status: 200, body: { status: "alive", instance: one.instance } });
  expect(await one.get("/readyz")).toMatchObject({ status: 200, body: { status: "ready" } });
});

test("the role's rights in Redis were enough, and nothing was written to standard error", async () => {
  expect(await redis.refused()).toEqual([]);
  expect(one.stderr + two.stderr).toBe("");
});
