import { EnvError, port, readEnv, readProcessEnv, wholeNumber } from "./env";

const good = { REDIS_URL: "redis://app:pw@redis:6379" };

function messageOf(source: NodeJS.ProcessEnv, part = {}): string {
  try {
    readEnv(part, source);
  } catch (error) {
    expect(error).toBeInstanceOf(EnvError);
    return (error as Error).message;
  }
  throw new Error("the environment was accepted");
}

test("only the Redis URL is needed; the rest has defaults", () => {
  expect(readEnv({ PORT: port().default(3000) }, good)).toMatchObject({
    ...good,
    PORT: 3000,
    INTERNAL_PORT: 9090,
    MIN_READY_SECONDS: 0,
    DRAIN_SECONDS: 2,
    STOP_GRACE_SECONDS: 20,
    LOG_LEVEL: "info",
    REVISION: "dev",
  });
});

test("a process that does not work with Redis needs no URL of it", () => {
  expect(readProcessEnv({}, {})).toMatchObject({ INTERNAL_PORT: 9090 });
  expect(() => readEnv({}, {})).toThrow("REDIS_URL: got nothing");
});

test("all wrong variables are named at once, each with what it got and what is allowed", () => {
  const message = messageOf(
    { REDIS_URL: "http://x", INTERNAL_PORT: "80", DRAIN_SECONDS: "-1", LOG_LEVEL: "loud", SIZE: "1.5" },
    { SIZE: wholeNumber(1, 4) },
  );
  expect(message).toContain("REDIS_URL: got another value, allowed: redis://user:password@host:port");
  expect(message).toContain('INTERNAL_PORT: got "80", allowed: a port from 1025 to 65535, or 0 for any free one');
  expect(message).toContain('DRAIN_SECONDS: got "-1", allowed: a whole number from 0 to 600');
  expect(message).toContain('LOG_LEVEL: got "loud", allowed: one of trace');
  expect(message).toContain('SIZE: got "1.5", allowed: a whole number from 1 to 4');
});

test("a missing variable says so, and no message repeats a secret", () => {
  expect(messageOf({})).toContain("REDIS_URL: got nothing");
  expect(messageOf({ REDIS_URL: "http://app:hunter2@x" })).not.toContain("hunter2");
});

test.each(["", "abc", "1e3", "0x1", "65536", "1024", "99999999", " 3000"])("%j is no port", (value) => {
  expect(messageOf({ ...good, INTERNAL_PORT: value })).toContain("INTERNAL_PORT");
});

test("a grace period that ends with the drain window is refused", () => {
  expect(messageOf({ ...good, DRAIN_SECONDS: "9", STOP_GRACE_SECONDS: "10" })).toContain("at least 2 more than");
});
