import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

import { versions } from "./versions";

/** Where everything that setup makes outside the project folder lies. Shared by all clones on a machine. */
export interface Home {
  /** EVENKEEL_HOME. @default ~/.evenkeel */
  readonly root: string;
  /** PULUMI_HOME, when the user set it; else `<root>/pulumi`. */
  readonly pulumi: string;
  /** Holds the pinned CLI and its language host. */
  readonly bin: string;
  /** The local backend's folder. */
  readonly state: string;
  /** PULUMI_CONFIG_PASSPHRASE_FILE, mode 0600. */
  readonly passphrase: string;
  /** Scratch: may be removed at any time when no setup runs. */
  readonly build: string;
  /** What a `dockerd` that setup started writes. */
  readonly engineLog: string;
}

/** Paths only; nothing is made or looked at. */
export function homePaths(env: NodeJS.ProcessEnv = process.env, home = homedir()): Home {
  const absolute = (path: string) => (isAbsolute(path) ? path : resolve(path));
  const root = absolute(env.EVENKEEL_HOME || join(home, ".evenkeel"));
  const pulumi = absolute(env.PULUMI_HOME || join(root, "pulumi"));
  return {
    root,
    pulumi,
    bin: join(pulumi, "versions", versions.pulumi, "bin"),
    state: join(root, "state"),
    passphrase: join(root, "passphrase"),
    build: join(root, "build"),
    engineLog: join(root, "dockerd.log"),
  };
}
