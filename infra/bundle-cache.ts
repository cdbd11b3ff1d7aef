import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { InputReader, Inputs, Stamps } from "./build-inputs";
import { Sources } from "./sources";

/** A process as one file. */
export interface Bundle {
  /** Of the text, in base64. */
  readonly sha256: string;
  /** What it was made of, for people. */
  readonly sources: Sources;
  /**
   * Reads the text, 2 to 3 MB: most runs of the program do with its hash.
   *
   * @throws Error when the kept text is damaged and the sources are no longer those it was made of
   */
  text(): string;
}

/** What a build makes. */
export interface BuildResult {
  readonly text: string;
  /** What it was made from, as paths below the project. */
  readonly files: readonly string[];
  readonly sources: Sources;
}

interface KeptBuild {
  /** How it was built: another way makes another text from the same inputs. */
  readonly recipe: string;
  readonly inputs: Inputs;
  /** Of those inputs that were at rest. */
  readonly stamps: Stamps;
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
    if (kept === undefined) return this.make(name, recipe, build);
    const text = () => this.keptText(name, kept.sha256) ?? this.madeAgain(name, recipe, build, kept.sha256);
    return { sha256: kept.sha256, sources: kept.sources, text };
  }

  private make(name: string, recipe: string, build: () => BuildResult): Bundle {
    const started = Date.now();
    const { text, files, sources } = build();
    this.reader = new InputReader(this.root);
    const inputs = this.reader.inputsOf(files);
    const atRest = started - restMs;
    const record = { recipe, inputs, stamps: this.reader.stampsOf(inputs, atRest), sources, sha256: sha256(text) };
    if (this.reader.lastChange(inputs) < atRest)
      this.write({ [`${name}.js`]: text, [`${name}.json`]: JSON.stringify(record) });
    return { sha256: record.sha256, sources, text: () => text };
  }

  /** The text of what was kept, where only the text was lost. */
  private madeAgain(name: string, recipe: string, build: () => BuildResult, expected: string): string {
    const made = this.make(name, recipe, build);
    if (made.sha256 === expected) return made.text();
    throw new Error(`The sources of ${name} changed while they were read: run this again.`);
  }

  private read(name: string, recipe: string): KeptBuild | undefined {
    try {
      const file = `${name}.json`;
      const record = JSON.parse(readFileSync(join(this.folder, file), "utf8")) as KeptBuild;
      const before = Date.now() - restMs;
      if (record.recipe !== recipe || !this.reader.areSame(record.inputs, record.stamps)) return undefined;
      const stamps = this.reader.stampsOf(record.inputs, before);
      // A copy, a checkout of the same: the next run need not read it again.
      if (!isEqual(stamps, record.stamps)) this.write({ [file]: JSON.stringify({ ...record, stamps }) });
      return record;
    } catch {
      return undefined;
    }
  }

  private keptText(name: string, expected: string): string | undefined {
    try {
      const text = readFileSync(join(this.folder, `${name}.js`), "utf8");
      return sha256(text) === expected ? text : undefined;
    } catch {
      return undefined;
    }
  }

  /** Each file in one piece: a pair that two processes mixed does not fit together, and is not used. */
  private write(files: Readonly<Record<string, string>>): void {
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
      for (const [file, content] of Object.entries(files)) put(join(this.folder, file), content);
    } catch {
      // The next run builds again.
    }
  }
}

function isEqual(a: Stamps, b: Stamps): boolean {
  const paths = Object.keys(a);
  return paths.length === Object.keys(b).length && paths.every((path) => a[path] === b[path]);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
