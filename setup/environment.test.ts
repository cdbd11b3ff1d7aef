import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

import { builtFrom } from "./built-from";
import { toolEnvironment } from "./environment";
import { homePaths } from "./home";
import { versions } from "./versions";

describe("the environment of plain pulumi", () => {
  const home = homePaths({}, "/home/me");

  it("finds the pinned CLI first, once", () => {
    const env = toolEnvironment(home, { PATH: "/usr/bin:/bin" });
    expect(env.PATH).toBe(`/home/me/.evenkeel/pulumi/versions/${versions.pulumi}/bin:/usr/bin:/bin`);
    expect(toolEnvironment(home, env).PATH).toBe(env.PATH);
    expect(env).toMatchObject({
      PULUMI_HOME: "/home/me/.evenkeel/pulumi",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/home/me/.evenkeel/passphrase",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
  });

  it.each(["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"])("leaves the user's %s", (name) => {
    const env = toolEnvironment(home, { [name]: "theirs" });
    expect(env[name]).toBe("theirs");
    expect(Object.keys(env).filter((key) => key.startsWith("PULUMI_CONFIG"))).toEqual([name]);
  });

  it("lets sixteen replicas come or go side by side, or as many as the user says", () => {
    expect(toolEnvironment(home, {}).PULUMI_PARALLEL).toBe("16");
    expect(toolEnvironment(home, { PULUMI_PARALLEL: "4" }).PULUMI_PARALLEL).toBe("4");
  });

  it("compares them side by side, or as the user says", () => {
    expect(toolEnvironment(home, {}).PULUMI_PARALLEL_DIFF).toBe("true");
    expect(toolEnvironment(home, { PULUMI_PARALLEL_DIFF: "false" }).PULUMI_PARALLEL_DIFF).toBe("false");
  });

  it("lets Go's collector wait, or do as the user says", () => {
    expect([toolEnvironment(home, {}).GOGC, toolEnvironment(home, { GOGC: "off" }).GOGC]).toEqual(["300", "off"]);
  });

  it("keeps 50 MB of the CLI's own logs, or as many as the user says", () => {
    const logs = (env: NodeJS.ProcessEnv) => toolEnvironment(home, env).PULUMI_LOG_ROTATION_MAX_TOTAL_MB;
    expect([logs({}), logs({ PULUMI_LOG_ROTATION_MAX_TOTAL_MB: "7" })]).toEqual(["50", "7"]);
  });

  it("names the state's folder only where Pulumi.yaml cannot", () => {
    expect(toolEnvironment(homePaths({}), {})).not.toHaveProperty("PULUMI_BACKEND_URL");
    const elsewhere = homePaths({ EVENKEEL_HOME: "/srv/keel" });
    expect(toolEnvironment(elsewhere, {}).PULUMI_BACKEND_URL).toBe("file:///srv/keel/state?metadata=skip");
    expect(toolEnvironment(elsewhere, { PULUMI_BACKEND_URL: "s3://team" }).PULUMI_BACKEND_URL).toBe("s3://team");
    // What a pipeline passes on when nobody set it.
    expect(toolEnvironment(elsewhere, { PULUMI_BACKEND_URL: "" }).PULUMI_BACKEND_URL).toBe(
      "file:///srv/keel/state?metadata=skip",
    );
  });

  it("keeps a CLI that was built away from downloads", async () => {
    const root = await mkdtemp(join(tmpdir(), "evenkeel-env-"));
    const built = homePaths({ EVENKEEL_HOME: root });
    expect(toolEnvironment(built, {})).not.toHaveProperty("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION");
    await mkdir(built.bin, { recursive: true });
    await writeFile(builtFrom(join(built.bin, "pulumi")), "x");
    expect(toolEnvironment(built, {}).PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION).toBe("true");
    await rm(root, { recursive: true });
  });
});

describe("the home folder", () => {
  it("is ~/.evenkeel unless EVENKEEL_HOME says otherwise; the user's PULUMI_HOME wins", () => {
    expect(homePaths({}).root).toBe(join(homedir(), ".evenkeel"));
    expect(homePaths({ EVENKEEL_HOME: "/srv/keel" })).toMatchObject({ root: "/srv/keel", pulumi: "/srv/keel/pulumi" });
    expect(homePaths({ EVENKEEL_HOME: "/srv/keel", PULUMI_HOME: "/p" })).toMatchObject({
      pulumi: "/p",
      state: "/srv/keel/state",
    });
  });
});
