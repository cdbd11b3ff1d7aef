import { spawnSync } from "node:child_process";
import { userInfo } from "node:os";

import { attempt, Command } from "./command";
import { SetupError } from "./errors";

/** The caller's name; its number where the system knows no name for it. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}

/** How this process may act as root. */
export type RootAccess = "root" | "sudo" | "none";

/** What is known of the caller's rights. */
export interface RightsObservation {
  readonly uid: number;
  /** Exit of `sudo -n true`. */
  readonly sudoWithoutPassword: boolean;
}

/** Pure: how commands that need root are to be run. */
export function decideRootAccess({ uid, sudoWithoutPassword }: RightsObservation): RootAccess {
  if (uid === 0) return "root";
  return sudoWithoutPassword ? "sudo" : "none";
}

/** Runs commands as root where that is allowed. Looks once, when first needed. */
export class Rights {
  private access?: Promise<RootAccess>;

  rootAccess(): Promise<RootAccess> {
    this.access ??= observe().then(decideRootAccess);
    return this.access;
  }

  /**
   * The command as root would run it.
   *
   * @param action what it is for, as a verb
   * @throws SetupError when this user is neither root nor may use sudo
   */
  async asRoot(action: string, command: Command): Promise<Command> {
    const access = await this.rootAccess();
    if (access === "none") {
      throw new SetupError({
        action,
        got: `user ${userName()}, who is not root and for whom sudo asks for a password or is missing`,
        needed: "root, or sudo",
        mend: "sudo -v && npm run up   (or ask an administrator to run: npm run setup)",
      });
    }
    return access === "root" ? command : withSudo(command);
  }
}

function withSudo(command: Command): Command {
  const settings = Object.entries(command.env ?? {}).map(([key, value]) => `${key}=${value ?? ""}`);
  const prefix = ["-n", ...(settings.length > 0 ? ["env", ...settings] : [])];
  return { ...command, file: "sudo", args: [...prefix, command.file, ...command.args], env: undefined };
}

async function observe(): Promise<RightsObservation> {
  const uid = process.getuid?.() ?? -1;
  if (uid === 0) return { uid, sudoWithoutPassword: false };
  const sudo = await attempt({ file: "sudo", args: ["-n", "true"] });
  return { uid, sudoWithoutPassword: sudo.ok };
}

/**
 * Lets sudo ask for the password while the terminal is still free: the live task list would draw over the question. Does
 * nothing for root, without a terminal, without sudo, or when sudo does not ask.
 *
 * @param needed whether anything will need root
 */
export function askForPassword(needed: boolean): void {
  if (!needed || process.getuid?.() === 0 || !process.stdin.isTTY) return;
  if (spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0) return;
  spawnSync("sudo", ["-p", "Setup installs packages. Password of %p: ", "-v"], { stdio: "inherit" });
}
