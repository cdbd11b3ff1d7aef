import type { Queue } from "bullmq";
import { createQueue } from "../../runtime/jobs";
import { Replica, eventually, removeBundles, stopAll } from "./replica";
import { TestRedis } from "./redis";

jest.setTimeout(120_000);

let redis: TestRedis;
let queue: Queue;

beforeAll(async () => {
  redis = await TestRedis.start();
  queue = createQueue(redis.admin, { attempts: 3, backoffSeconds: 1 });
  queue.on("error", () => undefined); // A test takes Redis away.
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

const startWorker = (env = {}) => Replica.ready("worker", { REDIS_URL: redis.url("worker"), ...env });

/** Puts a job in and waits until a worker has it in its hands. */
async function addHeldJob(milliseconds: number) {
  const job = await queue.add("sleep", { milliseconds });
  await eventually(
    () => job.getState(),
    (state) => state === "active",
  );
  return job;
}

test("the only worker killed in the middle of 1,000 jobs: another finishes all 1,000", async () => {
  const app = await Replica.ready("app", { REDIS_URL: redis.url("app") });
  const doomed = await startWorker({ WORKER_TAKEOVER_SECONDS: "4" });
  const ids: string[] = [];
  for (let batch = 0; batch < 20; batch++) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => app.send("POST", "/jobs", { name: "sleep", payload: { milliseconds: 20 } })),
    );
    ids.push(...answers.map(({ status, body }) => (status === 202 ? String(body.id) : "refused")));
    if (batch === 10) {
      await doomed.logged("job done");
      doomed.kill("SIGKILL");
    }
  }
  expect(new Set(ids).size).toBe(1000);
  expect(ids).not.toContain("refused");
  const doneByDoomed = doomed.lines.filter(({ msg }) => msg === "job done").length;
  expect(doneByDoomed).toBeLessThan(1000);

  const other = await startWorker({ WORKER_TAKEOVER_SECONDS: "4" });
  await eventually(
    () => queue.getJobCounts("completed"),
    ({ completed }) => completed === 1000,
  );
  const states = await Promise.all(ids.map((id) => queue.getJobState(id)));
  expect(states.filter((state) => state !== "completed")).toEqual([]);
  console.info(
    `${doneByDoomed} jobs done before the kill; taken over: ${other.lines.filter(({ msg }) => /taken over/.test(msg ?? "")).length}`,
  );
});

test("a job that takes too long fails with the reason, is tried again after growing pauses, and is kept", async () => {
  const worker = await startWorker({ JOB_TIMEOUT_SECONDS: "1" });
  const { id } = await queue.add("sleep", { milliseconds: 60_000 });
  await worker.logged("job failed", { id, attempt: 3 });
  const job = await queue.getJob(id!);
  expect(job).toMatchObject({ attemptsMade: 3, failedReason: "timed out after 1 s" });
  expect(await job!.getState()).toBe("failed");
  const failed = worker.lines.filter(({ msg }) => msg === "job failed").map(({ time }) => Date.parse(String(time)));
  // Each attempt takes a second; the pauses before the second and third take one and two.
  expect(failed[1]! - failed[0]!).toBeGreaterThan(1900);
  expect(failed[2]! - failed[1]!).toBeGreaterThan(2900);
});

test("the app writes attempts and back-off into each job; the worker forgets finished ones after their time", async () => {
  const env = { JOB_ATTEMPTS: "5", JOB_BACKOFF_SECONDS: "7" };
  const app = await Replica.ready("app", { REDIS_URL: redis.url("app"), ...env });
  const { body } = await app.get("/enqueue?job=x");
  const job = await queue.getJob(String(body.id));
  expect(job!.opts).toMatchObject({ attempts: 5, backoff: { type: "exponential", delay: 7000 } });
  expect((await app.get(`/jobs/${body.id}`)).body).toMatchObject({ max_attempts: 5, state: "waiting" });
});

test("a worker whose Redis went away says so on its internal port", async () => {
  const worker = await startWorker();
  await redis.stop();
  await worker.logged("redis is away, reconnecting");
  const health = await worker.internal("/health");
  expect(health).toMatchObject({ status: 503, body: { status: "unhealthy", error: { code: "redis_unavailable" } } });
  const metrics = await worker.internal("/metrics");
  expect(metrics.body).toMatch(/^redis_up\{connection="jobs"\} 0$/m);
  expect(metrics.tookMs).toBeLessThan(2000);
  await redis.restart();
  await worker.logged("redis is back");
  await eventually(
    async () => String((await worker.internal("/metrics")).body),
    (text) => /^redis_reconnects_total\{connection="jobs"\} 1$/m.test(text),
  );
});

// Measured before: for 16 s it said that it was healthy.
test("a worker whose Redis hangs says so too, in a second, and that it is well again", async () => {
  const worker = await startWorker();
  const healthOf = () => worker.internal("/health");
  expect(await healthOf()).toMatchObject({ status: 200, body: { status: "healthy" } });
  await redis.pause();
  try {
    const health = await healthOf();
    expect(health).toMatchObject({ status: 503, body: { status: "unhealthy", checks: { redis: { status: "down" } } } });
    expect(health.tookMs).toBeLessThan(2000);
  } finally {
    await redis.unpause();
  }
  await eventually(healthOf, ({ status }) => status === 200);
});

// Measured before: it began anew every few seconds, each time beside the attempt before, and ended as failed.
test("a job that outlives an outage longer than its lock is begun once more, not beside itself, and done", async () => {
  const worker = await startWorker({ WORKER_TAKEOVER_SECONDS: "4" });
  const { id } = await addHeldJob(7000);
  await redis.stop();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await redis.restart();
  await worker.logged("job lost its lock: ended here, it is taken over", { id });
  await worker.logged("job taken over: its worker died or lost its lock", { id });
  // The first attempt would end by now, and must not be taken for the second.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  expect((await worker.internal("/health")).body.jobs).toBe(1);
  await worker.logged("job done", { id });
  expect(await queue.getJob(id!)).toMatchObject({ attemptsMade: 1, attemptsStarted: 2, stalledCounter: 1 });
  expect(worker.lines.filter(({ msg }) => msg === "job failed")).toEqual([]);
});

test("a worker that takes a job anew before it has noticed the loss of its lock ends the older attempt first", async () => {
  const worker = await startWorker({ WORKER_TAKEOVER_SECONDS: "4" });
  const { id } = await addHeldJob(5000);
  const key = (name: string) => queue.toKey(name);
  // What the check for stalled jobs does, sooner than a lock is renewed.
  await redis.admin
    .multi()
    .del(`${key(id!)}:lock`)
    .lrem(key("active"), 0, id!)
    .rpush(key("wait"), id!)
    .zadd(key("marker"), 0, "0")
    .exec();
  await worker.logged("job lost its lock: ended here, it is taken over", { id });
  await worker.logged("job done", { id });
  expect(await queue.getJob(id!)).toMatchObject({ attemptsMade: 1, attemptsStarted: 2, stalledCounter: 0 });
  expect(worker.lines.filter(({ level }) => level === "error")).toEqual([]);
});
