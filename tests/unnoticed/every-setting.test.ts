import { SettingKey } from "../../infra/schema";
import { startLoad } from "../../load/load";
import { Client } from "../support/client";
import { eventually } from "../support/eventually";
import { lossesOf } from "../support/losses";
import { StackUnderLoad } from "../support/stack-under-load";
import { TestStack } from "../support/test-stack";

jest.setTimeout(900_000);

/** Why a setting's change is no story of its own here. */
const elsewhere = {
  interrupts: "the preview says so and the update wants a word: e2e/bounds",
  program: "only the program reads it: nothing that runs changes",
} as const;

/** Every setting there is, each with what it becomes, in this order. A new one is missed by the compiler. */
const changes: Readonly<Record<SettingKey, string | { readonly why: string }>> = {
  strategy: "power-of-two-choices",
  sticky: "true",
  "app.cpus": "0.6",
  "app.memoryMiB": "192",
  "app.sessionTtlSeconds": "7200",
  logLevel: "warn",
  "worker.cpus": "0.6",
  "worker.memoryMiB": "192",
  "worker.concurrency": "9",
  "worker.attempts": "4",
  "worker.backoffSeconds": "2",
  "worker.jobTimeoutSeconds": "600",
  "worker.retentionHours": "24",
  "worker.takeoverSeconds": "12",
  workerReplicas: "2",
  replicas: "4",
  stopGraceSeconds: "20",
  drainSeconds: "2",
  minReadySeconds: "1",
  healAfterSeconds: "6",
  heal: "false",
  "app.demoEndpoints": { why: "the mixed load asks these endpoints: below, under another one" },
  httpPort: { why: elsewhere.interrupts },
  dashboard: { why: elsewhere.interrupts },
  dashboardPort: { why: elsewhere.interrupts },
  allowInterruption: { why: elsewhere.interrupts },
  release: { why: "going back: e2e/bad-releases" },
  longestRequestSeconds: { why: elsewhere.program },
  bakeSeconds: { why: elsewhere.program },
  bakeMaxErrorPercent: { why: elsewhere.program },
  maxSurge: { why: elsewhere.program },
};

let stack: TestStack;
let loaded: StackUnderLoad | undefined;

beforeAll(async () => {
  loaded = await StackUnderLoad.make();
  ({ stack } = loaded);
});

afterAll(() => loaded?.remove());

/** Makes one change. @returns whether something that runs became another */
async function change(key: string, value: string): Promise<boolean> {
  const before = await stack.containers();
  await stack.set(key, value);
  await stack.up();
  return JSON.stringify([...before]) !== JSON.stringify([...(await stack.containers())]);
}

describe("nobody notices a change of any setting", () => {
  const made = Object.entries(changes).filter((entry): entry is [string, string] => typeof entry[1] === "string");

  it("that reaches a replica, a worker or the routing: no request failed, no visit and no job lost", async () => {
    const idle: string[] = [];
    const report = await loaded!.under(async (running) => {
      for (const [key, value] of made) {
        running.mark(`${key} ${value}`);
        if (!(await change(key, value))) idle.push(key);
      }
    });
    expect([report.failures, report.failedRequests, report.events.length]).toEqual([{}, [], made.length]);
    expect(idle).toEqual([]);
    for (const { acknowledged, highest } of report.sessions) expect(highest).toBe(acknowledged);
    expect(report.counted).toBe(report.visits.acknowledged);
    const queue = async () => {
      const { body } = await new Client(stack.url).get("/stats");
      const { waiting, active, failed, delayed } = (body as { queue: Record<string, number> }).queue;
      return { waiting, active, failed, delayed };
    };
    await eventually(
      "every job is done",
      async () => (await queue()).waiting === 0 && (await queue()).active === 0,
      60,
    );
    expect(await queue()).toEqual({ waiting: 0, active: 0, failed: 0, delayed: 0 });
  });

  it("that takes the demo endpoints away: none of the others failed", async () => {
    const running = await startLoad({ url: stack.url, rate: 100, mix: "get", sse: 4 });
    expect(await change("app.demoEndpoints", "false")).toBe(true);
    const report = await running.stop();
    expect(lossesOf(report)).toEqual({});
  });
});
