import { AnswerCount } from "./answers";
import { Failure } from "./failure";
import { Replica } from "./replica";
import { judgeAnswers, judgeService, judgeStart } from "./verdict";

const good: Replica = {
  name: "app-1",
  revision: "0000000a",
  status: "running",
  health: "healthy",
  probe: "",
  restarts: 0,
  startedAt: "10:00",
  exitCode: 0,
  outOfMemory: false,
  routed: true,
  addresses: ["10.0.0.2"],
};

describe("a replica that comes up", () => {
  it.each([
    ["is good when it is healthy, however often it was started anew before", { restarts: 7 }, "good", ""],
    ["may still come while it starts", { health: "starting" }, "wait", "is starting"],
    [
      "may still come after a failed probe",
      { health: "unhealthy", probe: "wget: 503" },
      "wait",
      "probe said: wget: 503",
    ],
    ["may still come after a crash", { status: "restarting", restarts: 2, exitCode: 1 }, "wait", "ended, exit code 1"],
    [
      "is given up after three crashes",
      { status: "restarting", restarts: 3, exitCode: 1 },
      "bad",
      "ended 3 times, exit code 1",
    ],
    ["is given up when it stays down", { status: "exited", exitCode: 143 }, "bad", "killed by signal 15"],
    [
      "is given up when it ran out of memory",
      { status: "exited", exitCode: 137, outOfMemory: true },
      "bad",
      "out of memory",
    ],
    ["is waited for while it is paused", { status: "paused" }, "wait", "is paused"],
  ] as const)("%s", (_, change, state, why) => {
    const verdict = judgeStart({ ...good, ...change }, 0);
    expect(verdict.state).toBe(state);
    if (verdict.state !== "good") expect(verdict.why).toContain(why);
  });

  it("is bad when it is gone, and judged by the crashes since the gate saw it first", () => {
    expect(judgeStart(undefined, 0)).toEqual({ state: "bad", why: "is gone" });
    expect(judgeStart({ ...good, health: "starting", restarts: 9 }, 8).state).toBe("wait");
  });
});

describe("a replica that serves beside the old ones", () => {
  it.each([
    ["is good while it lives", {}, "good"],
    ["is bad when it was started anew, whoever did it", { startedAt: "10:01" }, "bad"],
    ["is bad while it is started anew", { status: "restarting" }, "bad"],
    ["is bad when it turned unhealthy", { health: "unhealthy" }, "bad"],
  ] as const)("%s", (_, change, state) => {
    expect(judgeService({ ...good, ...change }, good.startedAt).state).toBe(state);
  });
});

describe("the answers of a revision", () => {
  it("count by the address they came from; other lines of the load balancer's log do not count", () => {
    const count = new AnswerCount();
    const line = (address: string, status: number) =>
      count.add(JSON.stringify({ ServiceAddr: `${address}:3000`, DownstreamStatus: status, time: "x" }));
    for (const status of [200, 404, 500, 502]) line("10.0.0.2", status);
    line("10.0.0.3", 503);
    count.add('{"level":"error","message":"ServiceAddr"}');
    count.add("no JSON with ServiceAddr in it");
    count.add("");
    expect(count.of(["10.0.0.2"])).toEqual({ requests: 4, errors: 2 });
    expect(count.of(["10.0.0.2", "10.0.0.3", "10.0.0.9"])).toEqual({ requests: 5, errors: 3 });
  });

  it("do not hold what the load balancer answered by itself, but all of them together do", () => {
    const count = new AnswerCount();
    count.add(JSON.stringify({ ServiceAddr: "10.0.0.2:3000", DownstreamStatus: 200 }));
    expect(count.add(JSON.stringify({ DownstreamStatus: 404 }))).toBe(false);
    expect(count.add(JSON.stringify({ DownstreamStatus: 503 }))).toBe(false);
    expect(count.of(["10.0.0.2"])).toEqual({ requests: 1, errors: 0 });
    expect(count.total()).toEqual({ requests: 3, errors: 1 });
  });

  it("are bad above the share, and say nothing while they are few", () => {
    expect(judgeAnswers({ requests: 19, errors: 19 }, 5).state).toBe("good");
    expect(judgeAnswers({ requests: 100, errors: 5 }, 5).state).toBe("good");
    expect(judgeAnswers({ requests: 100, errors: 6 }, 5)).toEqual({
      state: "bad",
      why: "answered 6 of 100 requests with 5xx (6.0 %)",
    });
    expect(judgeAnswers({ requests: 100, errors: 1 }, 0).state).toBe("bad");
    expect(judgeAnswers({ requests: 100, errors: 100 }, 100).state).toBe("good");
  });
});

describe("the message of a failed release", () => {
  it("names the replica, why, its last words, what serves on and what to do", () => {
    const { message } = new Failure("evenkeel-dev-app-0000000b-2", "ended 3 times, exit code 1").explain({
      ...{ service: "app", revision: "0000000b", log: "one\ntwo\n", serving: [good, good] },
    });
    expect(message.split("\n")).toEqual([
      "app 0000000b failed: evenkeel-dev-app-0000000b-2 ended 3 times, exit code 1.",
      "Its last log lines:",
      "    one",
      "    two",
      "Nothing was removed: 2 of 0000000a serve on, and the new replicas were stopped.",
      expect.stringContaining("npm run rollback"),
    ]);
  });
});
