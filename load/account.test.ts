import { LoadResult, reportOf } from "./account";
import { htmlReport } from "./html";
import { RequestRecord } from "./record";
import { formatReport } from "./table";

const noStreams = { held: 0, opened: 0, messages: 0, closed: {}, longestGapMs: 0, replicas: {}, failures: {} };

const record = (index: number, about: Partial<RequestRecord> = {}): RequestRecord => {
  const start = about.start ?? 500 + index * 10;
  return {
    ...{ scenario: "kept", index, kind: "get", start, end: start + 5, status: 200, replica: "app-a-1", revision: "a" },
    ...{ opened: false, error: "" },
    ...about,
  };
};

const result = (records: RequestRecord[], about: Partial<LoadResult> = {}): LoadResult => ({
  ...{ url: "http://127.0.0.1", mix: "get", rate: 100, began: 1_000_000, records, periods: { kept: 10, fresh: 100 } },
  ...{ dropped: 0, missing: 0, sessions: [], streams: noStreams, events: [], generatorCpuSeconds: 1 },
  ...about,
});

describe("a report", () => {
  it("accounts for every request: by outcome, reason, replica, revision and second", () => {
    const report = reportOf(
      result([
        ...Array.from({ length: 100 }, (_, index) => record(index)),
        record(100, { status: 502, replica: "", revision: "" }),
        record(101, { status: 0, error: "connection reset", replica: "", revision: "" }),
        record(102, { replica: "app-b-1", revision: "b", opened: true }),
      ]),
    );
    expect(report).toMatchObject({ offered: 103, succeeded: 101, failed: 2, connections: 1 });
    expect(report.failures).toEqual({ "502": 1, "connection reset": 1 });
    expect(report.failuresByKind).toEqual({ get: { "502": 1, "connection reset": 1 } });
    expect(report.revisions).toEqual([
      { name: "a", requests: 100, failed: 0, firstSeen: 0.005, lastSeen: 0.995 },
      { name: "b", requests: 1, failed: 0, firstSeen: 1.025, lastSeen: 1.025 },
    ]);
    expect(report.timeline.map(({ succeeded, failed }) => [succeeded, failed])).toEqual([
      [100, 0],
      [1, 2],
    ]);
    expect(report.timeline[1]!.replicas).toEqual({ "": 2, "app-b-1": 1 });
    expect(report.failedRequests[0]).toMatchObject({ at: 1, kind: "get", reason: "502" });
  });

  it("counts the time from when a request was due, not from when it could be sent", () => {
    // A generator that stalls for a second sends three requests late.
    const late = [1, 2, 3].map((index) => record(index, { start: 1500 }));
    const report = reportOf(result([record(0), ...late]));
    expect(report.latency.from).toBe("intended");
    expect(report.latency.all).toEqual({ count: 4, p50: 975, p95: 995, p99: 995, max: 995 });
  });

  it("takes the arrival with the least delay as the clock, for each kind of client on its own", () => {
    const first = record(0, { start: 503 });
    const fresh = record(0, { scenario: "fresh", start: 600 });
    const { latency } = reportOf(result([first, record(1), fresh]));
    expect(latency.all).toMatchObject({ p50: 5, max: 8 });
  });

  it("counts dropped, missing and stream failures as failures, and no longer claims when requests were due", () => {
    const streams = { ...noStreams, failures: { "ws: connection refused": 2 } };
    const report = reportOf(result([record(0), record(5, { start: 900 })], { dropped: 3, missing: 1, streams }));
    expect(report).toMatchObject({ offered: 6, succeeded: 2, failed: 4 });
    expect(report.failures).toEqual({
      ...{ "dropped: no free client": 3, "no outcome: cut off": 1, "ws: connection refused": 2 },
    });
    expect(report.latency).toMatchObject({ from: "start", all: { max: 5 } });
  });

  it("tells a stack that stood still from a generator that did", () => {
    // A hundred clients, enough for a second, wait for three, then all have their answers.
    const waiting = Array.from({ length: 100 }, (_, index) => record(index, { end: 3600 }));
    const later = [record(300, { start: 3610 }), record(301, { start: 3620 })];
    const stack = reportOf(result([record(0, { start: 490 }), ...waiting, ...later], { dropped: 200 }));
    expect(stack.standstill).toEqual({ unsentMs: 2120, unansweredMs: 3105 });
    const generator = reportOf(result([record(0), record(1), record(300, { start: 3510 })], { dropped: 298 }));
    expect(generator.standstill).toEqual({ unsentMs: 3000, unansweredMs: 3000 });
    expect(reportOf(result([record(0)])).standstill).toBeUndefined();
  });

  it("tells what each session's visitors were told, the visit that began it included", () => {
    const visit = (session: number, sessionCount: number, globalCount: number) =>
      ({ kind: "home", visit: { session, sessionCount, globalCount } }) as const;
    const { sessions, visits } = reportOf(
      result([record(0, visit(0, 2, 10)), record(1, visit(1, 2, 11)), record(2, visit(0, 3, 12))], {
        sessions: [
          { id: "one", count: 1 },
          { id: "two", count: 1 },
        ],
      }),
    );
    expect(sessions).toEqual([
      { id: "one", acknowledged: 3, highest: 3 },
      { id: "two", acknowledged: 2, highest: 2 },
    ]);
    expect(visits).toEqual({ acknowledged: 5, highestGlobal: 12 });
  });

  it("marks events by the seconds since the load began", () => {
    const events = [{ at: 1_002_500, name: "pulumi up" }];
    expect(reportOf(result([record(0)], { events })).events).toEqual([{ at: 2, name: "pulumi up" }]);
  });

  it("of no request at all is no success", () => {
    expect(reportOf(result([], { missing: 1 }))).toMatchObject({ offered: 1, succeeded: 0, failed: 1, seconds: 0 });
  });
});

describe("what a person gets to see", () => {
  const report = reportOf(
    result([record(0), record(1, { status: 502, replica: "</script><b>", revision: "" })], {
      events: [{ at: 1_000_600, name: "<i>up</i>" }],
    }),
  );

  it("is a table that tells outcome, reasons, times and shares", () => {
    const text = formatReport(report);
    expect(text).toContain("2 requests offered in 0.0 s (get, 100/s): 1 succeeded, 1 failed\n  1 x 502");
    expect(text).toMatch(/kind +requests +p50 ms/);
    expect(text).toMatch(/app-a-1 +1 +0/);
  });

  it("is a page of its own, which asks nobody for anything and runs no text of an answer", () => {
    const page = htmlReport(report);
    expect(page).toContain("1 of 2 requests failed");
    expect(page).not.toMatch(/<(script|link|img)[^>]+(src|href)=/);
    expect(page).not.toMatch(/@import|url\(/);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).not.toContain("<i>up");
    expect(page).not.toMatch(/\{\{\w+\}\}/);
  });
});
