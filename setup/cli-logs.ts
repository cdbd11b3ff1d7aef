import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { Home } from "./home";

const note = `Pulumi's CLI writes a log of all it does into a folder of this name, at the finest level, compressed and encrypted: a twelfth of
the time of a preview, and there is no setting for it. This file is in its way, so it does not.
To have the logs: remove this file and make a folder of its name. Setup leaves what it finds here as it is.
`;

/**
 * Keeps the CLI from writing its own logs, unless something is there already: a folder of logs, or this file. A PULUMI_HOME of the
 * user's own is left alone.
 */
export async function ensureNoCliLogs(home: Pick<Home, "root" | "pulumi">): Promise<void> {
  if (home.pulumi !== join(home.root, "pulumi")) return;
  await mkdir(home.pulumi, { recursive: true });
  try {
    await writeFile(join(home.pulumi, "logs"), note, { flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST" && code !== "EISDIR") throw error;
  }
}
