import { existsSync } from "node:fs";

import { aptInstall } from "./apt";
import { homePaths } from "./home";
import { Progress } from "./progress";
import { Rights } from "./rights";

/** A program that tests or measurements need, and that Debian packages. */
export interface DebianProgram {
  /** Where the package puts it. */
  readonly path: string;
  readonly packages: readonly string[];
}

/** A browser, with letters to write with. */
export const chromium: DebianProgram = { path: "/usr/bin/chromium", packages: ["chromium", "fonts-dejavu-core"] };

/** What a pipeline reaches its host with. */
export const ssh: DebianProgram = { path: "/usr/bin/ssh", packages: ["openssh-client"] };

/** A load generator that takes a tenth of a core where the server takes a whole one. */
export const wrk: DebianProgram = { path: "/usr/bin/wrk", packages: ["wrk"] };

/**
 * Installs a program when it is missing, and says so. The stack itself needs none of these: `npm run up` installs none.
 *
 * @param action what it is for, as a verb
 * @param signal stops a wait for another apt. @default never
 * @throws SetupError without apt, without rights, or when apt fails
 */
export async function ensureDebianProgram(
  action: string,
  { path, packages }: DebianProgram,
  progress: Progress = { say: (line) => console.error(line) },
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  if (existsSync(path)) return;
  progress.say(`${action}: ${path} is missing, installing Debian's ${packages.join(" and ")}`);
  const context = { home: homePaths(process.env), rights: new Rights(), env: process.env, signal };
  await aptInstall(context, progress, action, packages);
}
