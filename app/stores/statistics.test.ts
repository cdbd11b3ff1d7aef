import type { Redis } from "ioredis";
import { RequestCount } from "../request-count";
import { Statistics } from "./statistics";

/** A Redis that takes what a report sends. */
function fakeRedis(status: string) {
  const done = () => Promise.resolve(1);
  const pfadd = jest.fn<Promise<number>, string[]>(done);
  return { status, pfadd, incrby: done, expire: done, zadd: done };
}

const statisticsOf = (redis: ReturnType<typeof fakeRedis>) =>
  new Statistics({ redis: redis as unknown as Redis, instance: "i", requests: new RequestCount(), sessionSeconds: 60 });

// 150,000 of them, as arguments of one call, were too many for the stack: the process ended.
test("what is seen while Redis is away is bounded, and is sent when it is back", async () => {
  const redis = fakeRedis("reconnecting");
  const statistics = statisticsOf(redis);
  for (let visit = 0; visit < 150_000; visit++) statistics.sawSession(`session ${visit}`);
  expect(redis.pfadd).not.toHaveBeenCalled();
  redis.status = "ready";
  await statistics.stop();
  expect(redis.pfadd.mock.calls.map((sent) => sent.length)).toEqual([1 + 5000]);
});

test("a full report goes out early, and the next sessions are in the next", async () => {
  const redis = fakeRedis("ready");
  const statistics = statisticsOf(redis);
  for (let visit = 0; visit < 5001; visit++) statistics.sawSession(`session ${visit}`);
  await statistics.stop();
  expect(redis.pfadd.mock.calls.map((sent) => sent.length)).toEqual([1 + 5000, 1 + 1]);
});

test.each([
  ["refuses", () => Promise.reject(new Error("READONLY"))],
  [
    "throws",
    () => {
      throw new RangeError("Maximum call stack size exceeded");
    },
  ],
])("a report that Redis %s fails nobody", async (_how, pfadd) => {
  const redis = fakeRedis("ready");
  redis.pfadd.mockImplementation(pfadd);
  const statistics = statisticsOf(redis);
  statistics.sawSession("a");
  await expect(statistics.stop()).resolves.toBeUndefined();
});
