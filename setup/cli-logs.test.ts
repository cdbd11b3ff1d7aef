import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ensureNoCliLogs } from "./cli-logs";

describe("the CLI's own logs", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "evenkeel-logs-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const logs = () => join(root, "pulumi", "logs");

  it("are kept from being written by a file that says how to have them", async () => {
    await ensureNoCliLogs({ root, pulumi: join(root, "pulumi") });
    expect(readFileSync(logs(), "utf8")).toContain("To have the logs: remove this file and make a folder of its name.");
    await ensureNoCliLogs({ root, pulumi: join(root, "pulumi") });
  });

  it("stay where they are written", async () => {
    mkdirSync(logs(), { recursive: true });
    writeFileSync(join(logs(), "pulumi-1.log"), "x");
    await ensureNoCliLogs({ root, pulumi: join(root, "pulumi") });
    expect(readdirSync(logs())).toEqual(["pulumi-1.log"]);
  });

  it("are the user's to decide on where PULUMI_HOME is the user's", async () => {
    const theirs = join(root, "theirs");
    mkdirSync(theirs);
    await ensureNoCliLogs({ root, pulumi: theirs });
    expect(readdirSync(theirs)).toEqual([]);
  });
});
