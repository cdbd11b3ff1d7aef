import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

import { builtFrom } from "./built-from";
import { Home } from "./home";

/**
 * The environment for running plain `pulumi`: the same that `.envrc` gives a shell. The user's own passphrase and backend
 * settings win.
 *
 * @param home where the tools were installed
 * @param env what to start from. @default process.env
 * @param userHome the folder that `~` means to Pulumi. @default the user's
 */
export function toolEnvironment(
  home: Home,
  env: NodeJS.ProcessEnv = process.env,
  userHome = homedir(),
): NodeJS.ProcessEnv {
  const rest = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "" && folder !== home.bin);
  const result: NodeJS.ProcessEnv = {
    ...env,
    PATH: [home.bin, ...rest].join(delimiter),
    PULUMI_HOME: home.pulumi,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Pulumi's default is four a core. A replica mostly waits, for its first probe or its drain: more of them wait side by side.
    PULUMI_PARALLEL: env.PULUMI_PARALLEL || "16",
    // The engine asks the provider for one difference after the other otherwise.
    PULUMI_PARALLEL_DIFF: env.PULUMI_PARALLEL_DIFF || "true",
    // For the CLI and its plugins, which live for seconds: Go's collector waits until the heap is four times as large. In a shell,
    // setup/shell/pulumi says so.
    GOGC: env.GOGC || "300",
    // The CLI keeps 500 MB of its own logs, half a MB each run; every start looks through all of those files.
    PULUMI_LOG_ROTATION_MAX_TOTAL_MB: env.PULUMI_LOG_ROTATION_MAX_TOTAL_MB || "50",
  };
  if (!isPassphraseGiven(env)) result.PULUMI_CONFIG_PASSPHRASE_FILE = home.passphrase;
  // Pulumi.yaml can only name the default folder. An empty address is none, to Pulumi too.
  if (!env.PULUMI_BACKEND_URL && home.root !== join(userHome, ".evenkeel")) {
    result.PULUMI_BACKEND_URL = stateUrl(home.state);
  }
  // A CLI that had to be built has no way to the plugins' downloads either: it should say so at once.
  if (existsSync(builtFrom(join(home.bin, "pulumi")))) result.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION = "true";
  return result;
}

/** The address of a backend in a folder, without the attributes that `Pulumi.yaml` tells of. */
export function stateUrl(folder: string): string {
  return `file://${folder}?metadata=skip`;
}

/** Whether the caller brings a passphrase. An empty one is one, to Pulumi too. */
export function isPassphraseGiven(env: NodeJS.ProcessEnv): boolean {
  return env.PULUMI_CONFIG_PASSPHRASE !== undefined || env.PULUMI_CONFIG_PASSPHRASE_FILE !== undefined;
}
