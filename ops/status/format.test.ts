import fc from "fast-check";

import { statusOf } from "./assess";
import { container, observation, wholeStack } from "./example";
import { coloured, formatStatus, plain } from "./format";
import { Status } from "./report";

const status = (changes: Partial<Status> = {}): Status => ({ ...statusOf(observation(), 5), ...changes });

describe("the status as a person reads it", () => {
  it("has everything of a healthy stack", () => {
    const at = status().changes![0]!.startedAt;
    const day = `${at.getFullYear()}-11-${String(at.getDate()).padStart(2, "0")}`;
    const time = `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
    expect(formatStatus(status())).toBe(`\
stack dev  release aaaaaaaa  http://localhost:8080  2026-11-21T20:00:00.000Z

service       revision want running healthy drain  age restarts  cpu  mem req/s
app           11111111    2       2       2     0  10m        0  20%  25%   3.0
worker        33333333    1       1       1     0  10m        0  20%  25%     -
traefik       66666666    1       1       1     0  10m        0  20%  25%     -
redis         55555555    1       1       1     0  10m        0  20%  25%     -
docker-socket 77777777    1       1       1     0  10m        0  20%  25%     -
healer        88888888    1       1       1     0  10m        0  20%  25%     -

load balancer  routes to 2 of 2 healthy replicas, 3.0 requests/s, 3.3 % 5xx
redis          1.8 of 160 MiB, 7 clients, append-only file ok
queue          0 waiting, 2 active, 1 delayed, 3 failed, 1234 completed

last changes
${day} ${time}  update   succeeded   21s  +34         ana@desk: npm run up`);
  });

  it("says at the end what is not as it should be, and marks it where there is colour", () => {
    const ill = wholeStack.map((one) => (one.service === "redis" ? { ...one, state: "exited", exitCode: 1 } : one));
    const seen = statusOf(observation({ containers: { value: ill }, redis: { problem: "its log\x20ends" } }), 5);
    const text = formatStatus(seen);
    expect(text.split("\n").slice(-3)).toEqual([
      "not as it should be",
      "redis: 0 of 1 healthy: redis exited with 1",
      "redis: its log ends",
    ]);
    expect(text).toMatch(/^redis +not known, see below$/m);
    expect(text).not.toContain("\x1b");
    const marked = formatStatus(seen, coloured).split("\n");
    expect(marked.filter((line) => line.startsWith("\x1b[31m")).map((line) => line.slice(5, 10))).toEqual([
      "redis",
      "redis",
      "redis",
    ]);
    // eslint-disable-next-line no-control-regex
    expect(marked.join("\n").replace(/\x1b\[\d+m/g, "")).toBe(text);
  });

  it("says who changes the stack at this moment, or what a kill left", () => {
    const underWay = { who: "ana@desk", pid: 7, since: "2026-11-21T19:58:30Z", killed: false };
    expect(formatStatus(status({ underWay }))).toContain("being changed by ana@desk for 1m (process 7)");
    expect(formatStatus(status({ underWay: { ...underWay, killed: true } }))).toContain("npm run up mends it");
  });

  it("fits 80 columns, however long the names and however large the figures are", () => {
    const word = fc.stringMatching(/^[a-z0-9-]{1,100}$/);
    const text = fc.stringMatching(/^[a-z0-9 /:.-]{1,200}$/);
    const count = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(word, word, text, count, count, (stack, host, reason, replicas, restarts) => {
        const apps = Array.from({ length: replicas }, (_, index) =>
          container("app", "11111111", index + 1, { restarts, state: index % 2 ? "running" : "exited" }),
        );
        const seen = statusOf(observation({ containers: { value: apps }, queue: { problem: reason } }), 5);
        const changes = seen.changes!.map((change) => ({ ...change, who: `ana@${host}`, message: reason }));
        const underWay = { who: `ana@${host}`, pid: 7, since: "2026-11-21T19:58:30Z", killed: false };
        const lines = formatStatus({ ...seen, stack, url: `http://${host}:8080`, changes, underWay }, plain).split(
          "\n",
        );
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      }),
    );
  });
});

describe("the status as a program reads it", () => {
  it("is the same when it is read back, with times as text", () => {
    const read = JSON.parse(JSON.stringify(status())) as Record<string, unknown>;
    expect(Object.keys(read)).toEqual([
      ...["stack", "at", "healthy", "release", "url", "underWay", "services", "loadBalancer", "redis", "queue"],
      ...["changes", "problems"],
    ]);
    expect(read).toMatchObject({ at: "2026-11-21T20:00:00.000Z", underWay: null, problems: [] });
  });
});
