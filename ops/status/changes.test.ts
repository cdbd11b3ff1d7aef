import type { UpdateSummary } from "@pulumi/pulumi/automation";

import { changesOf, healsBy } from "./changes";

const update = (changes: Partial<UpdateSummary> = {}): UpdateSummary => ({
  kind: "update",
  startTime: new Date("2026-11-21T19:44:00Z"),
  endTime: new Date("2026-11-21T19:44:12Z"),
  message: "",
  environment: {},
  config: {},
  result: "succeeded",
  version: 1,
  Deployment: undefined,
  resourceChanges: { create: 3, delete: 1, same: 30 },
  ...changes,
});

describe("a change of the past", () => {
  it("tells when, what, how long and what it did, but not what stayed the same", () => {
    expect(changesOf([update({ message: "ana@desk: npm run up" })])).toEqual([
      {
        startedAt: new Date("2026-11-21T19:44:00Z"),
        ...{ kind: "update", result: "succeeded", seconds: 12 },
        resources: { create: 3, delete: 1 },
        who: "ana@desk",
        message: "npm run up",
      },
    ]);
  });

  it("is the commit's author's where it says no more, and else of nobody who is known", () => {
    const environment = { "git.author": "Ana", "git.committer": "Ben" };
    const [byCommit, unknown] = changesOf([update({ message: "Mend it\n\nWhy.", environment }), update()]);
    expect([byCommit?.who, byCommit?.message]).toEqual(["Ana", "Mend it"]);
    expect([unknown?.who, unknown?.message]).toEqual(["unknown", ""]);
  });
});

describe("whether a stack should have a healer", () => {
  const withHeal = (value: string) => ({ config: { "evenkeel:heal": { value, secret: false } } });

  it("is what the last update that ended well was told", () => {
    expect(healsBy([update()], "evenkeel")).toBe(true);
    expect(healsBy([update(withHeal("false"))], "evenkeel")).toBe(false);
    const failed = update({ ...withHeal("false"), result: "failed" });
    const refresh = update({ ...withHeal("false"), kind: "refresh" });
    expect(healsBy([failed, refresh, update(withHeal("true"))], "evenkeel")).toBe(true);
    expect(healsBy([], "evenkeel")).toBe(false);
  });
});
