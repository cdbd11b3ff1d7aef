import { readSettings } from "./config";
import {
  findRelease,
  keep,
  KeptRelease,
  keptReleases,
  readRelease,
  releaseId,
  releaseSettings,
  writeRelease,
} from "./release";
import { SettingsError } from "./settings-error";

function release(app: string, raw: Record<string, string> = {}): KeptRelease {
  const made = { images: { app, worker: "0000000b" }, settings: releaseSettings(readSettings(raw)) };
  return { id: releaseId(made), ...made, appRevision: app, workerRevision: "0000000d" };
}

const settings = { drainSeconds: "4", "app.cpus": "1.5", sticky: "true", "worker.attempts": "9" };

describe("a release's line", () => {
  it("tells revisions, images and what is not the default, and reads back as the same release", () => {
    const one = release("0000000a", settings);
    expect(writeRelease(one)).toBe(
      `${one.id} app=0000000a:0000000a worker=0000000d:0000000b sticky=true app.cpus=1.5 worker.attempts=9 drainSeconds=4`,
    );
    expect(readRelease(writeRelease(one))).toEqual(one);
    expect(readRelease(writeRelease(release("0000000a")))).toEqual(release("0000000a"));
  });

  it("is passed over where it is none, and loses settings this version does not have", () => {
    expect(readRelease("something else")).toBeUndefined();
    expect(readRelease(`${writeRelease(release("0000000a"))} app.colour=red`)).toEqual(release("0000000a"));
  });
});

describe("the releases that can be gone back to", () => {
  const many = ["1", "2", "3", "4", "5", "6"].map((n) => release(`0000000${n}`));

  it("are the newest five, the deployed one first, each once", () => {
    let kept: KeptRelease[] = [];
    for (const one of many) kept = keep(one, kept);
    expect(kept).toEqual(many.slice(-keptReleases).reverse());
    expect(keep(many[3]!, kept).map(({ appRevision }) => appRevision)).toEqual(
      ["4", "6", "5", "3", "2"].map((n) => `0000000${n}`),
    );
  });

  it("are found by their id or a revision; any other is refused with what there is", () => {
    expect(findRelease(many[2]!.id, many)).toBe(many[2]);
    expect(findRelease("00000003", many)).toBe(many[2]);
    expect(() => findRelease("ffffffff", many.slice(0, 1))).toThrow(SettingsError);
    expect(() => findRelease("ffffffff", many.slice(0, 1))).toThrow(
      `release: got "ffffffff", allowed is one of the stack's newest 5 releases: ${many[0]!.id} (app 00000001). ` +
        "Mend it: pulumi config rm release",
    );
    expect(() => findRelease("ffffffff", [])).toThrow("there is none yet");
  });

  it("differ when an image or a setting that makes replicas differs", () => {
    const ids = [release("0000000a"), release("0000000c"), release("0000000a", settings)].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(release("0000000a", { replicas: "9", httpPort: "1234", bakeSeconds: "0" }).id).toBe(release("0000000a").id);
  });
});
