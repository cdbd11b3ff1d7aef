import { Attempt, AttemptContext } from "./attempt";

const job = { id: "1", name: "sleep", opts: {} };
const never = () => new Promise<never>(() => undefined);

test("it settles as its work does", async () => {
  await expect(new Attempt(job).run(Promise.resolve(1))).resolves.toBe(1);
  await expect(new Attempt(job).run(Promise.reject(new Error("no")))).rejects.toThrow("no");
});

test("an abort ends it although its work goes on, and the first reason counts", async () => {
  const attempt = new Attempt(job);
  const run = attempt.run(never());
  attempt.abort(new Error("first"));
  attempt.abort(new Error("second"));
  await expect(run).rejects.toThrow("first");
});

test("one that was aborted before it began ends at once", async () => {
  const attempt = new Attempt(job);
  attempt.abort(new Error("too late"));
  await expect(attempt.run(never())).rejects.toThrow("too late");
});

test("who asks for the signal hears of the abort, whether asked before or after", () => {
  const attempt = new Attempt(job);
  const { signal } = new AttemptContext("jobs:1", attempt);
  expect(signal.aborted).toBe(false);
  attempt.abort(new Error("given back"));
  expect(signal.reason).toEqual(new Error("given back"));
  const other = new Attempt(job);
  other.abort(new Error("given back"));
  expect(other.signal.aborted).toBe(true);
});

test("work that fails after an abort is nobody's unhandled rejection", async () => {
  const attempt = new Attempt(job);
  let fail: (error: Error) => void = () => undefined;
  const run = attempt.run(new Promise((_resolve, reject) => (fail = reject)));
  attempt.abort(new Error("aborted"));
  await expect(run).rejects.toThrow("aborted");
  fail(new Error("later"));
  await new Promise((resolve) => setImmediate(resolve));
});
