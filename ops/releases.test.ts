import { KeptRelease } from "../infra/release";
import { SetupError } from "../setup/errors";
import { formatReleases, isUnfinished, rollbackTarget } from "./releases";

const release = (id: string) => ({ id, appRevision: `${id}-app`, workerRevision: `${id}-worker` }) as KeptRelease;
const releases = [release("now"), release("before"), release("older")];

describe("the release to go back to", () => {
  it("is the one before the deployed one", () => {
    expect(rollbackTarget(releases, false).id).toBe("before");
  });

  it("is told by what the engine has: replicas of another release are an update that was begun", () => {
    expect(isUnfinished(releases, ["now-app", "now-app", "now-worker"])).toBe(false);
    expect(isUnfinished(releases, ["now-app", "next-app", "now-worker"])).toBe(true);
    expect(isUnfinished(releases, [])).toBe(false);
    expect(isUnfinished([], ["next-app"])).toBe(false);
  });

  it("is the deployed one when an update to another was begun", () => {
    expect(rollbackTarget(releases, true).id).toBe("now");
  });

  it("is any that is named, by its id or a revision", () => {
    expect(rollbackTarget(releases, false, "older").id).toBe("older");
    expect(rollbackTarget(releases, false, "older-app").id).toBe("older");
    expect(rollbackTarget(releases, true, "before-worker").id).toBe("before");
  });

  it("is refused where there is none, with what there is", () => {
    expect(() => rollbackTarget(releases, false, "x")).toThrow(SetupError);
    expect(() => rollbackTarget(releases, false, "x")).toThrow('no release "x"; there are: now (app now-app), before');
    expect(() => rollbackTarget(releases.slice(0, 1), false)).toThrow("no release before the deployed one");
    expect(() => rollbackTarget([], true)).toThrow("npm run up");
  });
});

describe("the list of releases", () => {
  it("marks the deployed one", () => {
    const [head, first, second] = formatReleases(releases).split("\n");
    expect(head).toContain("release");
    expect(first).toMatch(/^\* now/);
    expect(second).toMatch(/^ {2}before/);
    expect(formatReleases([])).toContain("npm run up");
  });
});
