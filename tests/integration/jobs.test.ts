import type { Queue } from "bullmq";
import { createQueue } from "../../runtime/jobs";
import { KEY_PREFIX } from "../../runtime/redis";
import { Replica, eventually, removeBundles, stopAll } from "./replica";
import { TestRedis } from "./redis";

jest.setTimeout(60_000);

let redis: TestRedis;
let queue: Queue;

beforeAll(async () => {
  redis = await TestRedis.start();
  queue = createQueue(redis.admin);
});

afterEach(async () => {
  await stopAll();
  await queue.obliterate({ force: true });
});

afterAll(async () => {
  await queue?.close();
  removeBundles();
  await redis?.remove();
});

const startApp = () => Replica.ready("app", { REDIS_URL: redis.url("app") });
const startWorker = (env = {}) => Replica.ready("worker", { REDIS_URL: redis.url("worker"), ...env });
const add = async (milliseconds: number) => (await queue.add("sleep", { milliseconds })).id!;
const counts = async () => {
  const { waiting = 0, active = 0, delayed = 0, failed = 0 } = await queue.getJobCounts();
  return { waiting, active, delayed, failed };
};

test("a job enqueued at the app is done and logged by the worker", async () => {
  const app = await startApp();
  const answer = await app.get("/enqueue?job=greet%20them");
  expect(answer).toMatchObject({ status: 202, body: { queue: "jobs", waiting: 1, job: "greet them" } });
  expect((await app.get("/enqueue?job=again")).body.waiting).toBe(2);

  const worker = await startWorker();
  const line = await worker.logged("job done", { id: answer.body.id });
  expect(line).toMatchObject({ name: "echo", job: "greet them", instance: worker.instance, attempt: 1 });
  expect(line.durationMs).toEqual(expect.any(Number));
  expect(app.stderr + worker.stderr).toBe("");
});

test("a job that was done longer ago than its retention is cleared away when a later one is done", async () => {
  const worker = await startWorker({ JOB_RETENTION_HOURS: "1" });
  const [old, young] = [await add(0), await add(0)];
  for (const id of [old, young]) await worker.logged("job done", { id });
  await redis.admin.zincrby(`${KEY_PREFIX}bull:jobs:completed`, -3_700_000, old);
  await new Promise((resolve) => setTimeout(resolve, 1100)); // It clears away once a second.
  const last = await add(0);
  await worker.logged("job done", { id: last });
  expect((await queue.getCompleted()).map(({ id }) => id).sort()).toEqual([young, last].sort());
  expect(await queue.getJob(old)).toBeUndefined();
});

test("nor is a failed job kept for longer: it is cleared away when a later one fails", async () => {
  const worker = await startWorker({ JOB_RETENTION_HOURS: "1" });
  const fail = async () => {
    const { id } = await queue.add("nothing", {});
    await worker.logged("job failed", { id });
    return id!;
  };
  const [old, young] = [await fail(), await fail()];
  await redis.admin.zincrby(`${KEY_PREFIX}bull:jobs:failed`, -3_700_000, old);
  const last = await fail();
  expect((await queue.getFailed()).map(({ id }) => id).sort()).toEqual([young, last].sort());
  expect(await queue.getJob(old)).toBeUndefined();
});

test("an unknown and a malformed job fail at once, with the reason, and stay for a look", async () => {
  const worker = await startWorker();
  const unknown = await queue.add("nothing", {});
  const malformed = await queue.add("echo", { job: 5 });
  for (const { id } of [unknown, malformed]) {
    await worker.logged("job failed", { id });
  }
  const [first, second] = [await queue.getJob(unknown.id!), await queue.getJob(malformed.id!)];
  expect(first).toMatchObject({ attemptsMade: 1, failedReason: expect.stringContaining('unknown job "nothing"') });
  expect(second).toMatchObject({ attemptsMade: 1, failedReason: expect.stringContaining("malformed payload") });
});

test("a worker told to stop finishes the job in its hands, takes no other, and exits 0", async () => {
  const worker = await startWorker({ WORKER_CONCURRENCY: "1" });
  const held = await add(1500);
  await eventually(counts, ({ active }) => active === 1);
  const next = await add(0);
  worker.kill("SIGTERM");
  expect(await worker.exited).toBe(0);
  expect(await worker.logged("job done")).toMatchObject({ id: held });
  expect(await counts()).toEqual({ waiting: 1, active: 0, delayed: 0, failed: 0 });

  const other = await startWorker();
  await other.logged("job done", { id: next });
});

test("what it can not finish within the grace period it gives back, in front of the queue, and exits 0", async () => {
  const worker = await startWorker({ WORKER_CONCURRENCY: "2", STOP_GRACE_SECONDS: "3" });
  const long = [await add(60_000), await add(60_000)];
  await eventually(counts, ({ active }) => active === 2);
  const last = await add(0);
  const told = performance.now();
  worker.kill("SIGTERM");
  expect(await worker.exited).toBe(0);
  expect(performance.now() - told).toBeLessThan(3000);
  expect(await counts()).toEqual({ waiting: 3, active: 0, delayed: 0, failed: 0 });
  const waiting = await queue.getWaiting();
  expect(waiting.map(({ attemptsMade }) => attemptsMade)).toEqual([0, 0, 0]);
  expect(waiting.slice(0, 2).map(({ id }) => id)).toEqual(expect.arrayContaining(long));
  expect(waiting[2]?.id).toBe(last);
});

test("a worker takes no job before its minimum age is over, and is gone at once when it is told to stop until then", async () => {
  const id = await add(0);
  const worker = await Replica.start("worker", { REDIS_URL: redis.url("worker"), MIN_READY_SECONDS: "3" });
  await worker.logged("could take work, waits for its minimum age");
  const early = await Replica.start("worker", { REDIS_URL: redis.url("worker"), MIN_READY_SECONDS: "60" });
  await early.logged("could take work, waits for its minimum age");
  early.kill("SIGTERM");
  expect(await early.exited).toBe(0);
  expect((await early.logged("stopped")).drainMs).toBeLessThan(2000);

  await worker.logged("job done", { id });
  const [ready, done] = ["ready", "job done"].map((text) => worker.lines.findIndex(({ msg }) => msg === text));
  expect(ready).toBeGreaterThan(0);
  expect(done).toBeGreaterThan(ready!);
});

test("a job's lines name the request that asked for it, whatever a producer put in its place", async () => {
  const worker = await startWorker({ STOP_GRACE_SECONDS: "3" });
  const addFor = (metadata: unknown, data: object = { job: "x" }, name = "echo") =>
    queue.add(name, data, { telemetry: { metadata: metadata as string } });
  const long = await addFor("r".repeat(1000));
  const other = await addFor({ password: "hunter2", text: "x" });
  expect((await worker.logged("job done", { id: long.id })).requestId).toBe("r".repeat(128));
  expect(await worker.logged("job done", { id: other.id })).not.toHaveProperty("requestId");
  const held = await addFor("request-1", { milliseconds: 60_000 }, "sleep");
  await eventually(counts, ({ active }) => active === 1);
  worker.kill("SIGTERM");
  await worker.logged("job given back", { id: held.id, name: "sleep", requestId: "request-1" });
  expect(await worker.exited).toBe(0);
});

test("an idle worker told to stop is gone at once", async () => {
  const worker = await startWorker({ STOP_GRACE_SECONDS: "60" });
  worker.kill("SIGTERM");
  expect(await worker.exited).toBe(0);
  expect((await worker.logged("stopped")).drainMs).toBeLessThan(5000);
});

test("a worker killed with a job in its hands: another finishes the job within seconds", async () => {
  const doomed = await startWorker();
  const id = await add(1500);
  await eventually(counts, ({ active }) => active === 1);
  const other = await startWorker();
  const killed = performance.now();
  doomed.kill("SIGKILL");
  await other.logged("job taken over: its worker died or lost its lock", { id });
  const takenOverMs = Math.round(performance.now() - killed);
  await other.logged("job done", { id });
  // At worst lockDuration + 2 * stalledInterval; BullMQ's defaults take up to 90 seconds.
  expect(takenOverMs).toBeLessThan(15_000);
  console.info(`a killed worker's job was taken over after ${takenOverMs} ms`);
  expect(await counts()).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
});

test("jobs of many workers that come and go are all done", async () => {
  const ids = (
    await queue.addBulk(Array.from({ length: 200 }, () => ({ name: "sleep", data: { milliseconds: 20 } })))
  ).map(({ id }) => id!);
  const first = await startWorker({ WORKER_CONCURRENCY: "2" });
  await first.logged("job done");
  const second = await startWorker({ WORKER_CONCURRENCY: "2" });
  await second.logged("job done");
  first.kill("SIGKILL");
  const third = await startWorker({ WORKER_CONCURRENCY: "2" });
  await third.logged("job done");
  second.kill("SIGTERM");
  expect(await second.exited).toBe(0);
  await eventually(counts, ({ waiting, active, delayed }) => waiting + active + delayed === 0);
  const states = await Promise.all(ids.map((id) => queue.getJobState(id)));
  expect(states.filter((state) => state !== "completed")).toEqual([]);
});

test("the roles' rights in Redis were enough, and all keys are under the project's prefix", async () => {
  expect(await redis.refused()).toEqual([]);
  const keys = await redis.admin.keys("*");
  expect(keys.filter((key) => !key.startsWith(KEY_PREFIX))).toEqual([]);
});
