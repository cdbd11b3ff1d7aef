import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import pino from "pino";
import type { Look, Overview } from "./overview";
import { LiveStreams, type LiveStreamsOptions } from "./streams";

/** An answer that remembers what was written. */
class FakeResponse extends EventEmitter {
  text = "";
  writableEnded = false;
  destroyed = false;
  writableLength = 0;
  write(chunk: string) {
    this.text += chunk;
  }
  end(chunk: string) {
    this.text += chunk;
    this.writableEnded = true;
    this.emit("close");
  }
  destroy() {
    this.destroyed = true;
    this.emit("close");
  }
  events(): string[] {
    return [...this.text.matchAll(/^event: (\w+)/gm)].map(([, name]) => name!);
  }
}

const overview = (visits: number): Overview => ({
  replicas: [],
  visits,
  queue: { waiting: 0, active: 0, delayed: 0, completed: 0, failed: 0 },
});
const answer = (visits: number, history: Look["history"] = []): Look => ({
  overview: overview(visits),
  sessions: new Map([["s1", 3]]),
  history,
});

let drain: AbortController;
let streams: LiveStreams;

beforeEach(() => {
  jest.useFakeTimers();
  drain = new AbortController();
});

afterEach(() => {
  drain.abort();
  jest.useRealTimers();
});

function open(options: Pick<LiveStreamsOptions, "look"> & Partial<LiveStreamsOptions>) {
  const lifecycle = { draining: drain.signal };
  streams = new LiveStreams({ instance: "app-1", lifecycle, logger: pino({ level: "silent" }), ...options });
  return () => {
    const response = new FakeResponse();
    streams.add(response as unknown as ServerResponse, "s1");
    return response;
  };
}

test("one look a second serves all streams, and none is made when the last one closes", async () => {
  const look = jest.fn(async () => answer(1));
  const add = open({ look });
  const watchers = Array.from({ length: 50 }, add);
  await jest.advanceTimersByTimeAsync(10);
  expect(look).toHaveBeenCalledTimes(1);
  expect(look).toHaveBeenCalledWith(["s1"], true);
  await jest.advanceTimersByTimeAsync(3000);
  expect(look).toHaveBeenCalledTimes(4);
  watchers.forEach((watcher) => watcher.destroy());
  await jest.advanceTimersByTimeAsync(5000);
  expect(look).toHaveBeenCalledTimes(4);
  expect(streams.count).toBe(0);
});

test("what has not changed is not sent again", async () => {
  let visits = 1;
  const add = open({ look: async () => answer(visits, undefined) });
  const watcher = add();
  await jest.advanceTimersByTimeAsync(2500);
  expect(watcher.events()).toEqual(["hello", "session", "history", "overview"]);
  visits = 2;
  await jest.advanceTimersByTimeAsync(1000);
  expect(watcher.events().slice(4)).toEqual(["overview"]);
});

test("who comes between two looks sees the last one at once", async () => {
  const add = open({ look: async () => answer(1) });
  add();
  await jest.advanceTimersByTimeAsync(500);
  expect(add().events()).toEqual(["hello", "history", "overview"]);
});

test("the drain ends every stream and tells when to come back; one that comes then ends at once", async () => {
  const add = open({ look: async () => answer(1) });
  const watcher = add();
  await jest.advanceTimersByTimeAsync(10);
  drain.abort();
  expect(watcher.writableEnded).toBe(true);
  expect(watcher.events().pop()).toBe("drain");
  expect(Number(/^retry: (\d+)$/m.exec(watcher.text)![1])).toBeLessThanOrEqual(750);
  expect(add().writableEnded).toBe(true);
  expect(streams.count).toBe(0);
});

test("an outage of Redis is told, and over with the next overview, changed or not", async () => {
  let away = false;
  const look = async () => (away ? Promise.reject(new Error("Connection is closed.")) : answer(1, undefined));
  const watcher = open({ look })();
  await jest.advanceTimersByTimeAsync(10);
  away = true;
  await jest.advanceTimersByTimeAsync(1000);
  away = false;
  await jest.advanceTimersByTimeAsync(1000);
  expect(watcher.events().slice(-2)).toEqual(["outage", "overview"]);
});

test("streams are bounded, and a client that does not read is given up", async () => {
  const add = open({ look: async () => answer(1), maxStreams: 2 });
  const [slow] = [add(), add()];
  expect(streams.isFull).toBe(true);
  slow.writableLength = 300 * 1024;
  await jest.advanceTimersByTimeAsync(10);
  expect(slow.destroyed).toBe(true);
  expect(streams.isFull).toBe(false);
});
