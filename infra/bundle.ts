import { join } from "node:path";

import { buildSync } from "esbuild";

const root = join(__dirname, "..");

/**
 * Bundles one process folder (`app`, `worker`) to a single JavaScript file for the Node.js of the base image.
 * The same sources and lock file give the same text on every machine: paths in it are relative to the project.
 *
 * @returns the file's text, about 1 to 2 MB
 * @throws Error listing esbuild's messages, when the folder does not compile
 */
export function bundle(folder: string): string {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [`${folder}/main.ts`],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    // A linked node_modules gives the same paths, so the same text, as an installed one.
    preserveSymlinks: true,
    logLevel: "silent",
    write: false,
  });
  return outputFiles[0]!.text;
}
