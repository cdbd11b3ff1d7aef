import { join } from "node:path";

import { SetupContext } from "./context";
import { goArch } from "./go-plan";
import { k6 } from "./go-programs";
import { Home } from "./home";
import { Progress } from "./progress";
import { ensureReleased, Release } from "./release";
import { versions } from "./versions";

const name = `k6-v${versions.k6}-linux-${goArch[process.arch]}`;

const release: Release = {
  program: k6,
  version: versions.k6,
  folder: `https://github.com/grafana/k6/releases/download/v${versions.k6}`,
  archive: `${name}.tar.gz`,
  member: `${name}/k6`,
  checksums: `k6-v${versions.k6}-checksums.txt`,
  target: loadGeneratorPath,
  command: "npm run load",
};

/** Where k6 lies, whichever way it came. */
export function loadGeneratorPath(home: Home): string {
  return join(home.root, "k6", versions.k6, "k6");
}

/**
 * Makes k6 be there: left alone when it is, else the official release, else built from its Go module (a minute on two cores).
 *
 * @returns undefined when it was there; else how it was got
 * @throws SetupError when it can be neither downloaded nor built
 */
export function ensureLoadGenerator(
  context: SetupContext,
  progress: Progress,
): Promise<"downloaded" | "built" | undefined> {
  return ensureReleased(context, progress, release);
}
