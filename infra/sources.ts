import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What a bundle was made of, for a person who wants to know why its replicas roll: own files, path below the project -> the
 * first 8 hex digits of their SHA-256; packages, `npm:<name>` -> version; `base image` -> its name.
 */
export type Sources = Readonly<Record<string, string>>;

/** Key of the image that an image is made from, among its sources. */
export const baseImageSource = "base image";

/** How two sets of sources differ. */
export interface SourceChange {
  /** A path below the project, `npm:<name>` or `base image`. */
  readonly what: string;
  readonly how: "added" | "removed" | "changed";
  /** Versions of a package; a file's hash says nothing to a person. */
  readonly from?: string;
  readonly to?: string;
}

/**
 * Reads the sources of a build.
 *
 * @param root the project's folder
 * @param files paths below it, as esbuild's metafile lists them; what is no file (its own stand-ins) is passed over
 */
export function sourcesOf(root: string, files: readonly string[]): Sources {
  const sources = new Map<string, Set<string>>();
  const add = (key: string, value: string) => sources.set(key, (sources.get(key) ?? new Set()).add(value));
  const packages = new Set<string>();
  for (const file of files) {
    const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
    if (folder !== undefined) packages.add(folder);
    else attempt(() => add(file, sha256(readFileSync(join(root, file)))));
  }
  for (const folder of packages) {
    attempt(() => {
      const { name, version } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
        name: string;
        version: string;
      };
      add(`npm:${name}`, version);
    });
  }
  return Object.fromEntries([...sources].sort().map(([key, values]) => [key, [...values].sort().join(", ")]));
}

/** What differs between two builds, own files first. */
export function compareSources(before: Sources, after: Sources): SourceChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(
    (a, b) => Number(isVersioned(a)) - Number(isVersioned(b)) || a.localeCompare(b, "en"),
  );
  return keys
    .filter((key) => before[key] !== after[key])
    .map((what) => {
      const how = before[what] === undefined ? "added" : after[what] === undefined ? "removed" : "changed";
      return isVersioned(what) ? { what, how, from: before[what], to: after[what] } : { what, how };
    });
}

function isVersioned(key: string): boolean {
  return key.startsWith("npm:") || key === baseImageSource;
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // No file of the project: nothing a person could have changed.
  }
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 8);
}
