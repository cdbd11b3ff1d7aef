import { SetupError } from "./errors";

/** What `go env` told, or that there is no Go. */
export interface GoObservation {
  /** "go1.26.8"; undefined without Go. */
  readonly version?: string;
  /** GOTOOLCHAIN: "auto", "local", "go1.26.0+auto", ... */
  readonly toolchain?: string;
  readonly platform: string;
  readonly arch: string;
}

/** The architectures that images and tools can be built for, by their Node.js names. */
export const goArch: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** Reads "go1.26.8" or "1.25" as numbers; an unknown form counts as 0. */
export function parseGoVersion(text: string): [number, number, number] {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0), Number(match?.[3] ?? 0)];
}

function isOlder(left: string, right: string): boolean {
  const [a, b] = [parseGoVersion(left), parseGoVersion(right)];
  const index = a.findIndex((part, at) => part !== b[at]);
  return index >= 0 && a[index]! < b[index]!;
}

/**
 * Pure: checks that the toolchain can be built on this machine.
 *
 * Go 1.21 and newer fetch the toolchain that a go.mod asks for as a module, unless GOTOOLCHAIN says "local":
 * https://go.dev/doc/toolchain
 *
 * @param needed the highest `go` line of the modules to build
 * @throws SetupError naming what was got, what is needed and what mends it
 */
export function requireGo(seen: GoObservation, needed: string): void {
  const action = "build the toolchain (the official downloads cannot be reached)";
  if (seen.platform !== "linux" || goArch[seen.arch] === undefined) {
    throw new SetupError({
      action,
      got: `${seen.platform} on ${seen.arch}`,
      needed: "Linux on x64 or arm64",
      mend: "use a machine that reaches get.pulumi.com and an image registry, or a Linux one",
    });
  }
  const mend = `install Go ${needed} or newer (https://go.dev/doc/install, or your site's mirror) and put it on PATH, then run this again`;
  if (seen.version === undefined)
    throw new SetupError({ action, got: "no Go on PATH", needed: `Go ${needed} or newer`, mend });
  if (!isOlder(seen.version, needed)) return;
  const fetches = !isOlder(seen.version, "1.21") && /(^|\+)auto$/.test(seen.toolchain ?? "auto");
  if (fetches) return;
  const hint = isOlder(seen.version, "1.21") ? "" : "; or let Go fetch it as a module: export GOTOOLCHAIN=auto";
  const got = `${seen.version}${seen.toolchain ? ` with GOTOOLCHAIN=${seen.toolchain}` : ""}`;
  throw new SetupError({ action, got, needed: `Go ${needed} or newer`, mend: mend + hint });
}
