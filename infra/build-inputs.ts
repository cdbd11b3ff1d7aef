import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** What a build depended on: path below the project -> hash of the file's content or of the folder's list of names. */
export type Inputs = Readonly<Record<string, string>>;

/** Path below the project -> what the file system says of it: another content has another stamp, once the old one is at rest. */
export type Stamps = Readonly<Record<string, string>>;

/** Names that no import can mean, so that a note or an editor's draft is no difference. */
const neverImported = /^\.|\.(log|md|txt|ya?ml)$/;

/**
 * Reads the inputs of a build. A file is read once, however many builds ask for it. Make a new one for each look at the disk.
 */
export class InputReader {
  private readonly seen = new Map<string, string>();
  private readonly stamps = new Map<string, Stamp | undefined>();

  constructor(private readonly root: string) {}

  /**
   * Everything that the way from these files to a bundle could depend on: their contents; which names lie beside and above
   * them, for another name may win the look-up of an import; the package.json, tsconfig.json and other settings on the way; and
   * npm's list of what is installed.
   *
   * @param files paths below the project, as esbuild's metafile lists them
   */
  inputsOf(files: readonly string[]): Inputs {
    const paths = new Set(files);
    paths.add("node_modules/.package-lock.json");
    for (const file of files) {
      for (let folder = dirname(file); ; folder = dirname(folder)) {
        const key = `${folder}/`;
        if (paths.has(key)) break;
        paths.add(key);
        // Also where it does not exist yet: a package put there would be nearer than the one that was taken.
        if (!folder.endsWith("node_modules")) paths.add(`${folder}/node_modules/`);
        const own = !folder.split("/").includes("node_modules");
        paths.add(join(folder, "package.json"));
        if (own) this.jsonFiles(folder).forEach((name) => paths.add(join(folder, name)));
        if (folder === ".") break;
      }
    }
    return Object.fromEntries([...paths].sort().map((path) => [path, this.hash(path)]));
  }

  /**
   * Whether every input is what it was. One with the stamp of then is not read: a size and a time of modification can be had by
   * other contents, but not the time of the inode's change, which nobody can set. One with another is read, for a copy has another.
   */
  areSame(inputs: Inputs, stamps: Stamps): boolean {
    return Object.entries(inputs).every(
      ([path, hash]) => (path in stamps && this.stamp(path)?.text === stamps[path]) || this.hash(path) === hash,
    );
  }

  /** Stamps of those inputs that had not changed since `time`, in milliseconds: of what is newer, a second change could be missed. */
  stampsOf(inputs: Inputs, time: number): Stamps {
    const stamped = Object.keys(inputs).map((path) => [path, this.stamp(path)] as const);
    return Object.fromEntries(
      stamped.flatMap(([path, stamp]) => (stamp && stamp.changed < time ? [[path, stamp.text]] : [])),
    );
  }

  /** When the last of these files or folders changed, in milliseconds; a copied or backdated file counts from then too. */
  lastChange(inputs: Inputs): number {
    const times = Object.keys(inputs).map(
      (path) => lstatSync(join(this.root, path), { throwIfNoEntry: false })?.ctimeMs,
    );
    return Math.max(0, ...times.map((time) => time ?? 0));
  }

  private stamp(path: string): Stamp | undefined {
    if (!this.stamps.has(path)) this.stamps.set(path, readStamp(join(this.root, path)));
    return this.stamps.get(path);
  }

  private jsonFiles(folder: string): string[] {
    return this.names(folder).filter((name) => name.endsWith(".json"));
  }

  private hash(path: string): string {
    const known = this.seen.get(path);
    if (known !== undefined) return known;
    const hash = this.read(path);
    this.seen.set(path, hash);
    return hash;
  }

  private read(path: string): string {
    try {
      const content = path.endsWith("/") ? this.names(path).join("\0") : readFileSync(join(this.root, path));
      return createHash("sha256").update(content).digest("base64");
    } catch (error) {
      // Being absent is a state like any other; what cannot be read is esbuild's to report.
      return (error as NodeJS.ErrnoException).code ?? "unreadable";
    }
  }

  private names(folder: string): string[] {
    return readdirSync(join(this.root, folder))
      .filter((name) => !neverImported.test(name))
      .sort();
  }
}

interface Stamp {
  readonly text: string;
  /** When the inode changed last, in milliseconds. 0: there is none. */
  readonly changed: number;
}

/** Of what a link points to, for that is what is read. */
function readStamp(path: string): Stamp | undefined {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) return { text: "absent", changed: 0 };
    const { dev, ino, size, mtimeNs, ctimeNs } = stat;
    return { text: [dev, ino, size, mtimeNs, ctimeNs].join(" "), changed: Number(stat.ctimeMs) };
  } catch {
    return undefined;
  }
}
