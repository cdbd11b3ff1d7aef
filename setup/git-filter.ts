import { attempt, run } from "./command";

/**
 * Pulumi writes `encryptionsalt`, which goes with this machine's passphrase, into the tracked stack file. This filter
 * (named in .gitattributes) keeps the line out of every commit and of `git status`.
 */
const settings: Readonly<Record<string, string>> = {
  "filter.evenkeel-salt.clean": "sed '/^encryptionsalt:/d'",
  "filter.evenkeel-salt.smudge": "cat",
};

/**
 * Sets the filter in the clone's own git configuration.
 *
 * @param folder the project folder
 * @returns "set" when it was made, "there" when nothing had to change, "no-clone" outside a git work tree
 */
export async function ensureSaltFilter(folder: string): Promise<"set" | "there" | "no-clone"> {
  const inside = await attempt({ file: "git", args: ["rev-parse", "--is-inside-work-tree"], cwd: folder });
  if (inside.stdout.trim() !== "true") return "no-clone";
  let changed = false;
  for (const [key, value] of Object.entries(settings)) {
    const present = await attempt({ file: "git", args: ["config", "--local", "--get", key], cwd: folder });
    if (present.stdout === value) continue;
    await run("set the git filter", { file: "git", args: ["config", "--local", key, value], cwd: folder });
    changed = true;
  }
  return changed ? "set" : "there";
}
