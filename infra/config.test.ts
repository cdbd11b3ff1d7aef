import fc from "fast-check";

import { readSettings, settingsOf } from "./config";
import { schema } from "./schema";
import { SettingsError } from "./settings-error";
import { leastDrain } from "./timing";

function messageOf(raw: Record<string, string>): string {
  try {
    readSettings(raw);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error(`accepted ${JSON.stringify(raw)}`);
}

describe("readSettings", () => {
  it("gives every default where the stack sets nothing", () => {
    expect(readSettings({})).toEqual({
      replicas: 3,
      workerReplicas: 1,
      strategy: "round-robin",
      sticky: false,
      httpPort: 8080,
      dashboard: false,
      dashboardPort: 8081,
      app: { cpus: 0.5, memoryMiB: 256, sessionTtlSeconds: 3600, demoEndpoints: true },
      worker: {
        cpus: 0.5,
        memoryMiB: 256,
        concurrency: 8,
        attempts: 3,
        backoffSeconds: 1,
        jobTimeoutSeconds: 900,
        retentionHours: 168,
        takeoverSeconds: 10,
      },
      logLevel: "info",
      drainSeconds: 3,
      longestRequestSeconds: 10,
      stopGraceSeconds: 15,
      minReadySeconds: 0,
      bakeSeconds: 15,
      bakeMaxErrorPercent: 5,
      maxSurge: 100,
      release: "",
      allowInterruption: "",
      heal: true,
      healAfterSeconds: 5,
    });
  });

  it("takes what the stack sets", () => {
    const settings = readSettings({ replicas: "5", sticky: "true", strategy: "least-time", "worker.cpus": "1.25" });
    expect(settings).toMatchObject({ replicas: 5, sticky: true, strategy: "least-time", worker: { cpus: 1.25 } });
  });

  it.each(["0", "-1", "1.5", "abc", "1000", "", " 5", "5 ", "1e1", "0x5", "101", "٥"])(
    "refuses %j replicas and says what is allowed and how to mend it",
    (text) => {
      expect(messageOf({ replicas: text })).toBe(
        "1 setting is wrong; nothing was changed.\n" +
          `  - replicas: got ${JSON.stringify(text)}, allowed is an integer from 1 to 100. Mend it: pulumi config set replicas 3`,
      );
    },
  );

  it.each([
    ["workerReplicas", "-1", "an integer from 0 to 100", "1"],
    ["strategy", "random", "one of round-robin, power-of-two-choices, least-time", "round-robin"],
    ["sticky", "yes", "true or false", "false"],
    ["httpPort", "70000", "an integer from 1 to 65535", "8080"],
    ["dashboard", "1", "true or false", "false"],
    ["dashboardPort", "0", "an integer from 1 to 65535", "8081"],
    ["app.cpus", "0", "a number from 0.1 to 64", "0.5"],
    ["app.memoryMiB", "12", "an integer from 64 to 65536", "256"],
    ["worker.cpus", "many", "a number from 0.1 to 64", "0.5"],
    ["worker.memoryMiB", "1.5", "an integer from 64 to 65536", "256"],
    ["app.sessionTtlSeconds", "59", "an integer from 60 to 31536000", "3600"],
    ["app.demoEndpoints", "on", "true or false", "true"],
    ["worker.concurrency", "0", "an integer from 1 to 1000", "8"],
    ["worker.attempts", "0", "an integer from 1 to 100", "3"],
    ["worker.backoffSeconds", "0.5", "an integer from 1 to 3600", "1"],
    ["worker.jobTimeoutSeconds", "86401", "an integer from 1 to 86400", "900"],
    ["worker.retentionHours", "0", "an integer from 1 to 8760", "168"],
    ["worker.takeoverSeconds", "3", "an integer from 4 to 600", "10"],
    ["logLevel", "loud", "one of trace, debug, info, warn, error, fatal", "info"],
    ["drainSeconds", "1", "an integer from 2 to 300", "3"],
    ["longestRequestSeconds", "0", "an integer from 1 to 600", "10"],
    ["stopGraceSeconds", "3", "an integer from 4 to 1200", "15"],
    ["minReadySeconds", "-1", "an integer from 0 to 600", "0"],
    ["bakeSeconds", "soon", "an integer from 0 to 3600", "15"],
    ["bakeMaxErrorPercent", "101", "an integer from 0 to 100", "5"],
    ["maxSurge", "0", "an integer from 1 to 100", "100"],
  ])("refuses %s = %s", (key, text, allowed, fallback) => {
    expect(messageOf({ [key]: text })).toContain(
      `  - ${key}: got "${text}", allowed is ${allowed}. Mend it: pulumi config set ${key} ${fallback}`,
    );
  });

  it("refuses what is no release's id and no interruption's token", () => {
    expect(messageOf({ release: "latest" })).toContain(
      'release: got "latest", allowed is the id of one of the newest five releases. Mend it: pulumi config rm release',
    );
    expect(messageOf({ allowInterruption: "yes" })).toContain("Mend it: pulumi config rm allowInterruption");
    expect(readSettings({ allowInterruption: "redis-0123abcd,traefik-89abcdef" }).release).toBe("");
  });

  it("names all that is wrong at once", () => {
    const message = messageOf({ replica: "5", replicas: "abc", httpPort: "x", sticky: "true" });
    expect(message.split("\n")).toEqual([
      "3 settings are wrong; nothing was changed.",
      "  - replica: no such setting, did you mean replicas? Mend it: pulumi config rm replica",
      expect.stringContaining("  - replicas: got"),
      expect.stringContaining("  - httpPort: got"),
    ]);
  });

  it("names the nearest setting for an unknown one, and all of them when none is near", () => {
    expect(messageOf({ Workerreplica: "1" })).toContain("did you mean workerReplicas?");
    expect(messageOf({ "app.memory": "1" })).toContain("did you mean app.memoryMiB?");
    expect(messageOf({ qqqqqqqqqqqqqqqqqqqqqqqqqqqq: "1" })).toContain("known are replicas, workerReplicas,");
  });

  it("does not take a property of every object for a setting", () => {
    expect(messageOf({ constructor: "1", toString: "1" })).toMatch(/^2 settings are wrong/);
  });

  it("refuses a grace period that ends before the drain does, and a dashboard on the app's port", () => {
    expect(messageOf({ drainSeconds: "20" })).toContain(
      "stopGraceSeconds: got 15, allowed is drainSeconds (20), longestRequestSeconds (10) and 1 more: 31. " +
        "Mend it: pulumi config set stopGraceSeconds 31",
    );
    expect(messageOf({ longestRequestSeconds: "12" })).toContain("and 1 more: 16");
    expect(readSettings({ longestRequestSeconds: "11" }).longestRequestSeconds).toBe(11);
    expect(messageOf({ dashboard: "true", httpPort: "8081" })).toContain(
      "Mend it: pulumi config set dashboardPort 8082",
    );
    expect(readSettings({ dashboard: "false", httpPort: "8081" }).httpPort).toBe(8081);
  });

  it("accepts no drain that ends before the load balancer can have dropped the replica", () => {
    expect(schema.drainSeconds.min).toBeGreaterThan(leastDrain);
    expect(schema.drainSeconds.default).toBeGreaterThanOrEqual(leastDrain * 1.5);
  });

  it("accepts exactly the integers within bounds", () => {
    fc.assert(
      fc.property(fc.integer({ min: -300, max: 300 }), (n) => {
        const within = n >= 1 && n <= 100;
        if (within) expect(readSettings({ replicas: String(n) }).replicas).toBe(n);
        else expect(messageOf({ replicas: String(n) })).toContain(`got "${n}"`);
      }),
    );
  });

  it("ends in settings or in a SettingsError, whatever it is given", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (raw) => {
        try {
          readSettings(raw);
        } catch (error) {
          expect(error).toBeInstanceOf(SettingsError);
        }
      }),
    );
  });
});

describe("settingsOf", () => {
  it("takes its own namespace and leaves the others to their providers", () => {
    const config = {
      "evenkeel:replicas": "5",
      "docker:host": "ssh://a@b",
      "evenkeel2:x": "1",
      "evenkeel:app.cpus": "1",
    };
    expect(settingsOf("evenkeel", config)).toEqual({ replicas: "5", "app.cpus": "1" });
  });
});
