import { createLogger, forKnownFields } from "./logger";

function logged(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const identity = { instance: "app-1", revision: "r1" };
  write(createLogger({ service: "app", level: "info", identity }, { write: (line: string) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("a line is one JSON object that names service, replica, revision, level and time", () => {
  const [line] = logged((logger) => logger.info({ port: 3000 }, "listening"));
  expect(line).toMatchObject({ level: "info", service: "app", instance: "app-1", revision: "r1", msg: "listening" });
  expect(Date.parse(String(line?.time))).not.toBeNaN();
});

test("the time of a line is the moment's, to the millisecond", () => {
  jest.useFakeTimers();
  const moments = [0, 7, 40, 999, 1000, 60_000, 86_399_999].map((ms) => Date.UTC(2026, 0, 1) + ms);
  const lines = logged((logger) => {
    for (const moment of moments) {
      jest.setSystemTime(moment);
      logger.info("x");
    }
  });
  jest.useRealTimers();
  expect(lines.map(({ time }) => time)).toEqual(moments.map((moment) => new Date(moment).toISOString()));
});

// ioredis hangs the command on its errors; for AUTH that would print the password.
test("an error's own properties stay out, its causes stay in", () => {
  const cause = Object.assign(new Error("WRONGPASS"), { command: { name: "auth", args: ["app", "hunter2"] } });
  const error = Object.assign(new Error("connect to Redis", { cause }), { code: "EAUTH" });
  const [line] = logged((logger) => logger.error({ err: error }, "failed"));
  expect(JSON.stringify(line)).not.toContain("hunter2");
  expect(line?.err).toMatchObject({ message: "connect to Redis", code: "EAUTH", cause: { message: "WRONGPASS" } });
});

test("fields that carry secrets are blanked", () => {
  const [line] = logged((logger) => logger.info({ password: "hunter2", redis: { url: "redis://u:hunter2@h" } }, "x"));
  expect(JSON.stringify(line)).not.toContain("hunter2");
});

test("a line of known fields looks as any other, and its logger leaves the first one's look for secrets alone", () => {
  const [known, plain, other] = logged((logger) => {
    forKnownFields(logger).info({ id: "5", requestId: undefined }, "job done");
    logger.info({ id: "5" }, "job done");
    logger.info({ redis: { url: "redis://u:hunter2@h" } }, "x");
  });
  expect({ ...known, time: "" }).toEqual({ ...plain, time: "" });
  expect(JSON.stringify(other)).not.toContain("hunter2");
});
