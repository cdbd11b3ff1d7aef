import { EventEmitter } from "node:events";
import pino from "pino";
import { Lifecycle } from "./lifecycle";

function create(stopGraceSeconds = 10) {
  const exits: number[] = [];
  const lifecycle = new Lifecycle({
    logger: pino({ level: "silent" }),
    stopGraceSeconds,
    exit: (code) => void exits.push(code),
  });
  return { lifecycle, exits };
}

test("a stop turns the process not-ready at once, runs the steps in order and exits 0", async () => {
  const { lifecycle, exits } = create();
  const seen: string[] = [];
  lifecycle.onDrain("first", async ({ wasReady }) => void seen.push(`first ${lifecycle.phase} ${wasReady}`));
  lifecycle.onDrain("second", async () => void seen.push("second"));
  lifecycle.draining.addEventListener("abort", () => seen.push("draining"));
  lifecycle.ready();
  expect(lifecycle.phase).toBe("ready");

  const stopped = lifecycle.stop("SIGTERM");
  expect(lifecycle.phase).toBe("draining");
  expect(lifecycle.draining.aborted).toBe(true);
  await stopped;
  expect(seen).toEqual(["draining", "first draining true", "second"]);
  expect(lifecycle.phase).toBe("stopped");
  expect(exits).toEqual([0]);
});

test("a second SIGTERM changes nothing", async () => {
  const { lifecycle, exits } = create();
  const runs = jest.fn(async () => undefined);
  lifecycle.onDrain("step", runs);
  const signals = new EventEmitter();
  lifecycle.install(signals as NodeJS.Process);
  signals.emit("SIGTERM");
  signals.emit("SIGTERM");
  signals.emit("SIGINT");
  await lifecycle.stop("again");
  expect(runs).toHaveBeenCalledTimes(1);
  expect(exits).toEqual([0]);
});

test("the handler of the process's first moments makes way", () => {
  const { lifecycle, exits } = create();
  const signals = new EventEmitter();
  const early = jest.fn();
  signals.on("SIGTERM", early);
  lifecycle.install(signals as NodeJS.Process);
  signals.emit("SIGTERM");
  expect(early).not.toHaveBeenCalled();
  expect(exits).toEqual([0]);
});

test("a failed step does not keep the others from running, and shows in the exit code", async () => {
  const { lifecycle, exits } = create();
  const last = jest.fn(async () => undefined);
  lifecycle.onDrain("bad", () => Promise.reject(new Error("no")));
  lifecycle.onDrain("last", last);
  await lifecycle.stop("SIGTERM");
  expect(last).toHaveBeenCalled();
  expect(exits).toEqual([1]);
});

test("becoming ready during the drain does not undo it", async () => {
  const { lifecycle } = create();
  lifecycle.onDrain("step", async ({ wasReady }) => {
    expect(wasReady).toBe(false);
    lifecycle.ready();
    expect(lifecycle.phase).toBe("draining");
  });
  await lifecycle.stop("SIGTERM");
});

test("a drain that would outlast the grace period ends just before it, with exit code 1", async () => {
  jest.useFakeTimers();
  const { lifecycle, exits } = create(10);
  let remaining = NaN;
  lifecycle.onDrain("endless", (drain) => {
    remaining = drain.remainingMs();
    return new Promise(() => undefined);
  });
  void lifecycle.stop("SIGTERM");
  expect(remaining).toBe(9500);
  await jest.advanceTimersByTimeAsync(9499);
  expect(exits).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(exits).toEqual([1]);
  jest.useRealTimers();
});

test.each(["uncaughtException", "unhandledRejection"])("%s ends the process with 1", (event) => {
  const { lifecycle, exits } = create();
  const signals = new EventEmitter();
  lifecycle.install(signals as NodeJS.Process);
  signals.emit(event, new Error("nobody saw it coming"));
  expect(exits).toEqual([1]);
});

test("a process takes no work before its minimum age", async () => {
  const { lifecycle } = create();
  lifecycle.readyAfter(process.uptime() + 0.2);
  expect(lifecycle.phase).toBe("starting");
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(lifecycle.phase).toBe("ready");
});

test("a process old enough is ready at once", () => {
  for (const seconds of [0, process.uptime() / 2]) {
    const { lifecycle } = create();
    lifecycle.readyAfter(seconds);
    expect(lifecycle.phase).toBe("ready");
  }
});
