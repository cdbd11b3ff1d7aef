import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import pino from "pino";
import { createApp } from "./app";
import { answerHeaders } from "./answer-headers";
import type { AppDeps } from "./deps";
import { RequestCount } from "./request-count";
import { AppError, errors } from "./errors";
import { prototypesOf } from "./express-prototypes";
import { SessionCookies } from "./session-cookie";

const identity = { hostname: "host-1", containerId: "0123456789ab", instance: "app-r1-1", revision: "r1" };
const keyValues: AppDeps["keyValues"] = {
  get: async () => null,
  set: async () => undefined,
  delete: async () => false,
};
const queue = { waiting: 2, active: 0, completed: 0, failed: 0, delayed: 0, oldest_waiting_age_seconds: 0 };
const jobs: AppDeps["jobs"] = {
  enqueue: async () => ({ id: "5", queue: "jobs", waiting: 2 }),
  find: async () => null,
  report: async () => queue,
};
let server: Server | undefined;
let logged: Record<string, unknown>[];

/** Serves an app whose stores do as told. */
async function serve(deps: Partial<AppDeps> = {}) {
  logged = [];
  const logger = pino({ level: "error" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const app = createApp({
    identity,
    lifecycle: { phase: "ready" },
    logger,
    redis: { status: "ready", ping: async () => "PONG" } as unknown as AppDeps["redis"],
    metrics: { inFlight: 0, observe: () => undefined },
    sessions: new SessionCookies({ secret: "s".repeat(32) }),
    statistics: { read: async () => ({ requests: {}, sessions: 0, global: 7 }), sawSession: () => undefined },
    visits: { count: async () => ({ session: 3, global: 7 }) },
    keyValues,
    jobs,
    requests: new RequestCount(),
    streams: { isFull: false, add: () => undefined },
    ...deps,
  });
  server = createServer(prototypesOf(app, answerHeaders(identity, false)), app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: "close" } });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
}

afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

test("the home page tells the visit and who served it, under the contract's names", async () => {
  const get = await serve();
  const { status, text } = await get("/");
  expect(status).toBe(200);
  expect(JSON.parse(text)).toEqual({
    message: "Hello from app-r1-1",
    session_id: expect.stringMatching(/^[\w-]{22}$/),
    session_count: 3,
    visits: 3,
    global_count: 7,
    served_by: { hostname: "host-1", container_id: "0123456789ab", instance: "app-r1-1" },
    instance: "app-r1-1",
    hostname: "host-1",
    revision: "r1",
    platform: process.platform,
    arch: process.arch,
    loadavg: [expect.any(Number), expect.any(Number), expect.any(Number)],
    freemem: expect.any(Number),
    totalmem: expect.any(Number),
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  });
});

test("a fault of ours is a bare 500: the stack goes to the log and nowhere else", async () => {
  const get = await serve({ visits: { count: () => Promise.reject(new TypeError("secret of /srv/app.js")) } });
  const { status, text, headers } = await get("/");
  expect(status).toBe(500);
  expect(JSON.parse(text)).toEqual({ error: { code: "internal", message: errors.internal.message } });
  expect(logged).toHaveLength(1);
  expect(logged[0]).toMatchObject({
    msg: "request failed",
    method: "GET",
    path: "/",
    requestId: headers.get("x-request-id"),
  });
});

test("an outage of Redis is a 503 and no line in the log each", async () => {
  const away = new Error("Stream isn't writeable and enableOfflineQueue options is false");
  const get = await serve({
    keyValues: { ...keyValues, get: () => Promise.reject(away), set: () => Promise.reject(away) },
  });
  for (const path of ["/get?key=a", "/set?key=a&value=b"]) {
    const { status, text } = await get(path);
    expect(status).toBe(503);
    expect(JSON.parse(text).error.code).toBe("redis_unavailable");
  }
  expect(logged).toEqual([]);
});

test.each(["starting", "draining", "stopped"] as const)("while %s it is alive and not ready", async (phase) => {
  const get = await serve({ lifecycle: { phase } });
  expect((await get("/healthz")).status).toBe(200);
  const { status, text } = await get("/readyz");
  expect(status).toBe(503);
  expect(JSON.parse(text).error).toEqual({ code: "not_ready", message: `This replica is ${phase}.` });
});

test("what is stored and enqueued arrives as it was sent", async () => {
  const set = jest.fn(async () => undefined);
  const enqueue = jest.fn(async () => ({ id: "5", queue: "jobs", waiting: 2 }));
  const get = await serve({ keyValues: { ...keyValues, set }, jobs: { ...jobs, enqueue } });
  await get("/set?key=a.b&value=%C3%A4%20%26");
  expect(set).toHaveBeenCalledWith("a.b", "ä &");
  const { status, text } = await get("/enqueue?job=two%20words");
  expect(enqueue).toHaveBeenCalledWith("echo", { job: "two words" }, expect.any(String));
  expect(status).toBe(202);
  expect(JSON.parse(text)).toMatchObject({ id: "5", queue: "jobs", waiting: 2, job: "two words" });
});

test("every code of the catalogue has a status of its family and a sentence", () => {
  for (const code of Object.keys(errors) as (keyof typeof errors)[]) {
    const error = new AppError(code);
    expect(error.status).toBeGreaterThanOrEqual(400);
    expect(error.message).toMatch(/^\S.{10,}/);
  }
});
