import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { projectFolder } from "./stack";

/** The engine a stack's settings name (`docker:host`), read before there is a Pulumi CLI to ask; undefined when none. */
export async function configuredDockerHost(stack: string): Promise<string | undefined> {
  const text = await readFile(join(projectFolder, `Pulumi.${stack}.yaml`), "utf8").catch(() => "");
  return dockerHostIn(text);
}

/** Finds `docker:host` in a stack's settings file, as `pulumi config set docker:host ...` writes it. */
export function dockerHostIn(settings: string): string | undefined {
  return /^[ \t]+["']?docker:host["']?:[ \t]*["']?([^"'\s]+)["']?[ \t]*$/m.exec(settings)?.[1];
}
