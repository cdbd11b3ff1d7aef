import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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
  "PULUMI_PARALLEL_DIFF",
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

  /** What a command says in a shell that has sourced it, with these variables of its own. */
  function shell(command: string, env: Record<string, string>): string {
    const options = { cwd: folder, env: { PATH: "/usr/bin:/bin", HOME: home, ...env }, stdio: "pipe" } as const;
    return execFileSync("sh", ["-c", `. ./.envrc; ${command}`], options).toString();
  }

  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "evenkeel-envrc-"));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it("lets Go's collector wait for the CLI and for nothing else in the shell", () => {
    const { bin } = homePaths({}, home);
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "pulumi"), '#!/bin/sh\necho "$GOGC: $*"\n', { mode: 0o755 });
    const command = 'pulumi config set "a b"; echo "${GOGC-none}"';
    expect(shell(command, {})).toBe("300: config set a b\nnone\n");
    expect(shell(command, { GOGC: "50" })).toBe("50: config set a b\n50\n");
  });

  it("says what to do where there is no CLI yet", () => {
    expect(shell('pulumi up 2>&1; echo "$?"', {})).toBe(
      "Pulumi is not installed here yet, or this shell has not sourced .envrc: npm run setup && . ./.envrc\n127\n",
    );
  });
});
