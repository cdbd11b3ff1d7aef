import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { InputReader, Inputs } from "./build-inputs";
import { Sources } from "./sources";

/** A process as one file. */
export interface Bundle {
  readonly text: string;
  /** What it was made of, for people. */
  readonly sources: Sources;
}

/** What a build makes. */
export interface BuildResult extends Bundle {
  /** What it was made from, as paths below the project. */
  readonly files: readonly string[];
}

interface KeptBuild {
  /** How it was built: another way makes another text from the same inputs. */
  readonly recipe: string;
  readonly inputs: Inputs;
  readonly sources: Sources;
  /** Of the text, which lies in a file beside. */
  readonly sha256: string;
}

/**
 * How long a file has to have been at rest before a build for the result to be kept, in milliseconds. An edit while the
 * build runs could otherwise be recorded as what was built; the coarsest file systems tell times to 2 s.
 */
const restMs = 2000;

/**
 * Results of builds, kept on disk and used again as long as every input is the same, byte for byte. It only saves time: without a
 * folder to write to, or with a broken one, everything is built. Any number of processes may use one folder at once.
 */
export class BundleCache {
  private reader: InputReader;

  /**
   * @param root the project's folder
   * @param folder where to keep results
   */
  constructor(
    private readonly root: string,
    private readonly folder: string,
  ) {
    this.reader = new InputReader(root);
  }

  /**
   * The result of a build, from the cache or made now.
   *
   * @param name of the build, part of a file's name
   * @param recipe everything beside the inputs that the result depends on: options, the builder's version
   */
  get(name: string, recipe: string, build: () => BuildResult): Bundle {
    const kept = this.read(name, recipe);
    if (kept !== undefined) return kept;
    const started = Date.now();
    const { text, files, sources } = build();
    this.reader = new InputReader(this.root);
    const inputs = this.reader.inputsOf(files);
    if (this.reader.lastChange(inputs) < started - restMs)
      this.write(name, { recipe, inputs, sources, sha256: sha256(text) }, text);
    return { text, sources };
  }

  private read(name: string, recipe: string): Bundle | undefined {
    try {
      const record = JSON.parse(readFileSync(join(this.folder, `${name}.json`), "utf8")) as KeptBuild;
      if (record.recipe !== recipe || !this.reader.areSame(record.inputs)) return undefined;
      const text = readFileSync(join(this.folder, `${name}.js`), "utf8");
      return sha256(text) === record.sha256 ? { text, sources: record.sources } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Two files, each in one piece: a pair that two processes mixed does not fit together, and is not used. */
  private write(name: string, record: KeptBuild, text: string): void {
    const put = (file: string, content: string) => {
      const draft = `${file}.${process.pid}`;
      try {
        writeFileSync(draft, content);
        renameSync(draft, file);
      } catch (error) {
        rmSync(draft, { force: true });
        throw error;
      }
    };
    try {
      mkdirSync(this.folder, { recursive: true });
      put(join(this.folder, `${name}.js`), text);
      put(join(this.folder, `${name}.json`), JSON.stringify(record));
    } catch {
      // The next run builds again.
    }
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
