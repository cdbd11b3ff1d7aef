import { UnrecoverableError } from "bullmq";
import { runJob } from "./index";

const context = { idempotencyKey: "1", signal: new AbortController().signal };

test("a job runs by its name and hands its result back", async () => {
  expect(await runJob("echo", { job: "hello" }, context)).toEqual({ job: "hello" });
  expect(await runJob("sleep", { milliseconds: 1 }, context)).toEqual({ milliseconds: 1 });
});

test.each(["", "nothing", "__proto__", "constructor", "toString"])("%j fails for good: unknown", async (name) => {
  const run = runJob(name, {}, context);
  await expect(run).rejects.toThrow(UnrecoverableError);
  await expect(run).rejects.toThrow(`unknown job "${name}", known: echo, sleep`);
});

test.each([
  ["echo", {}],
  ["echo", { job: "" }],
  ["echo", null],
  ["sleep", { milliseconds: -1 }],
  ["sleep", { milliseconds: "5" }],
])("%s with %j fails for good: malformed", async (name, data) => {
  const run = runJob(name, data, context);
  await expect(run).rejects.toThrow(UnrecoverableError);
  await expect(run).rejects.toThrow(`malformed payload of job "${name}"`);
});

test("a job given back stops at once", async () => {
  const controller = new AbortController();
  const run = runJob("sleep", { milliseconds: 60_000 }, { idempotencyKey: "1", signal: controller.signal });
  controller.abort();
  await expect(run).rejects.toThrow(/aborted/);
});
