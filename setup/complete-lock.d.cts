/** An entry of a lock file's `packages`. */
interface LockEntry {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly dev?: boolean;
}

/** The optional packages that a lock's packages ask for and the lock does not have. */
export function missingPackages(packages: Readonly<Record<string, LockEntry | object>>): Record<string, object>;
