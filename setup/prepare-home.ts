import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";

import { ensureNoCliLogs } from "./cli-logs";
import { SetupContext } from "./context";
import { isPassphraseGiven } from "./environment";
import { ensureSaltFilter } from "./git-filter";
import { ensurePassphrase } from "./passphrase";
import { Progress } from "./progress";

/**
 * Makes the home folder, readable by its user only, the passphrase in it, and this clone's git filter; keeps the CLI from logging.
 *
 * @returns what was found or made, in a few words
 */
export async function prepareHome(
  { home, env }: Pick<SetupContext, "home" | "env">,
  progress: Progress,
): Promise<string> {
  progress.say(home.root);
  await mkdir(home.root, { recursive: true });
  await chmod(home.root, 0o700);
  await mkdir(home.state, { recursive: true, mode: 0o700 });
  await ensureNoCliLogs(home);
  const passphrase = await preparePassphrase(home.passphrase, env);
  const filter = await ensureSaltFilter(join(__dirname, ".."));
  return [passphrase, ...(filter === "set" ? ["git filter set"] : [])].join(", ");
}

/** Where one is given, a file made beside it would only ever be the wrong one. */
async function preparePassphrase(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  if (isPassphraseGiven(env)) return "passphrase given";
  return (await ensurePassphrase(file)) ? "made" : "already there";
}
