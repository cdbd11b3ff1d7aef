import { isRedisUnavailable, reconnectDelayMs } from "./redis";

test("the back-off doubles from 50 ms to one second and stays there", () => {
  const latest = [1, 2, 3, 4, 5, 6, 100, 100_000].map((attempt) => reconnectDelayMs(attempt, () => 1));
  expect(latest).toEqual([50, 100, 200, 400, 800, 1000, 1000, 1000]);
  expect(reconnectDelayMs(100, () => 0)).toBe(800);
});

test.each([
  ["Stream isn't writeable and enableOfflineQueue options is false", {}],
  ["Connection is closed.", {}],
  ["Command timed out", {}],
  ["connect ECONNREFUSED 10.0.0.1:6379", { code: "ECONNREFUSED" }],
  ["getaddrinfo ENOTFOUND redis", { code: "ENOTFOUND" }],
  ["LOADING Redis is loading the dataset in memory", { name: "ReplyError" }],
  ["OOM command not allowed when used memory > 'maxmemory'.", { name: "ReplyError" }],
  ["Reached the max retries per request limit (which is 0).", { name: "MaxRetriesPerRequestError" }],
])("%j is an outage", (message, properties) => {
  expect(isRedisUnavailable(Object.assign(new Error(message), properties))).toBe(true);
});

test.each([
  ["WRONGTYPE Operation against a key", { name: "ReplyError" }],
  ["x is not a function", { name: "TypeError" }],
])("%j is a fault of ours", (message, properties) => {
  expect(isRedisUnavailable(Object.assign(new Error(message), properties))).toBe(false);
});
