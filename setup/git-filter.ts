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

/**
 * Tells git that a stack file which differs from the committed one by the salt alone does not differ. Git compares sizes
 * before it asks a filter, so `git status` would call such a file modified until it is added once; adding it changes
 * nothing but what the index remembers of the file. A file with any other edit is left to the person who made it.
 */
export async function settleStackFiles(folder: string): Promise<void> {
  const git = (...args: string[]) => attempt({ file: "git", args, cwd: folder });
  const staged = (await git("ls-files", "--stage", "--", "Pulumi.*.yaml")).stdout.split("\n").filter(Boolean);
  for (const line of staged) {
    const [, blob, , ...name] = line.split(/\s+/);
    const file = name.join(" ");
    const { ok, stdout } = await git("hash-object", "--path", file, "--", file);
    // Another git may hold the index just now: the next run settles it.
    if (ok && stdout.trim() === blob) await git("add", "--", file);
  }
}
