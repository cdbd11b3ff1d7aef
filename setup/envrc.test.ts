import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { toolEnvironment } from "./environment";
import { homePaths } from "./home";

const folder = join(__dirname, "..");

/** What `. ./.envrc` leaves in a shell's environment. */
function sourced(env: Record<string, string>): NodeJS.ProcessEnv {
  const script = '. ./.envrc && "$NODE" -p "JSON.stringify(process.env)"';
  const options = {
    cwd: folder,
    env: { PATH: "/usr/bin:/bin", NODE: process.execPath, ...env },
    stdio: "pipe",
  } as const;
  return JSON.parse(execFileSync("sh", ["-c", script], options).toString()) as NodeJS.ProcessEnv;
}

const pulumiNames = [
  "PULUMI_HOME",
  "PULUMI_PARALLEL",
  "PULUMI_LOG_ROTATION_MAX_TOTAL_MB",
  "PULUMI_BACKEND_URL",
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_CONFIG_PASSPHRASE_FILE",
  "PULUMI_SKIP_UPDATE_CHECK",
];

const settings = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(pulumiNames.filter((name) => env[name]).map((name) => [name, env[name]]));

describe(".envrc", () => {
  it.each<[string, Record<string, string>]>([
    ["nothing is set", {}],
    ["the home folder is elsewhere", { EVENKEEL_HOME: "/srv/keel" }],
    ["a pipeline gives its backend", { PULUMI_BACKEND_URL: "s3://team", EVENKEEL_HOME: "/srv/keel" }],
    ["a pipeline's backend is left empty", { PULUMI_BACKEND_URL: "", EVENKEEL_HOME: "/srv/keel" }],
    ["a pipeline gives its passphrase", { PULUMI_CONFIG_PASSPHRASE: "theirs" }],
    ["a pipeline gives its passphrase's file", { PULUMI_CONFIG_PASSPHRASE_FILE: "/run/secrets/passphrase" }],
    ["a KMS keeps the secrets and the passphrase is empty", { PULUMI_CONFIG_PASSPHRASE: "" }],
  ])("gives a shell the settings that the commands use when %s", (_, given) => {
    const env = { HOME: "/home/me", ...given };
    const commands = toolEnvironment(homePaths(env, "/home/me"), env, "/home/me");
    expect(settings(sourced(env))).toEqual(settings(commands));
    for (const [name, value] of Object.entries(given).filter(([, value]) => value)) {
      if (name.startsWith("PULUMI_")) expect(settings(commands)[name]).toBe(value);
    }
  });
});
