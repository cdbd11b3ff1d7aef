import { attempt } from "./command";

/** The release whose packages go into the base images, on every host. */
export const suite = "bookworm";

/** One index that the host's own apt uses. */
export interface IndexTarget {
  readonly origin: string;
  readonly label: string;
  readonly uri: string;
}

/** Pure: lines for mmdebstrap's sources.list. The host's own Debian mirror where it has one; none is mmdebstrap's default. */
export function debianSources(targets: readonly IndexTarget[]): string[] {
  const find = (label: string) => targets.find((target) => target.origin === "Debian" && target.label === label)?.uri;
  const main = find("Debian");
  if (main === undefined) return [];
  const security = find("Debian-Security");
  return [
    `deb ${main} ${suite} main`,
    `deb ${main} ${suite}-updates main`,
    ...(security === undefined ? [] : [`deb ${security} ${suite}-security main`]),
  ];
}

/** Reads one line of `apt-get indextargets` in the format below. */
export function parseIndexTarget(text: string): IndexTarget {
  const [origin = "", label = "", uri = ""] = text.split("|");
  return { origin, label, uri };
}

/** Asks the host's apt for its mirrors. */
export async function readIndexTargets(): Promise<IndexTarget[]> {
  const format = "$(ORIGIN)|$(LABEL)|$(REPO_URI)";
  const answer = await attempt({ file: "apt-get", args: ["indextargets", "--format", format, "Created-By: Packages"] });
  return answer.stdout.split("\n").filter(Boolean).map(parseIndexTarget);
}

/** The host's proxy and certificate settings for apt, as `--aptopt` values: mmdebstrap does not read them itself. */
export async function readAptNetworkOptions(): Promise<string[]> {
  const answer = await attempt({ file: "apt-config", args: ["dump", "Acquire", "--format", '%f "%v";%n'] });
  return answer.stdout.split("\n").filter(isNetworkOption);
}

/** Pure: whether a line of `apt-config dump` says how to reach a mirror. */
export function isNetworkOption(line: string): boolean {
  return /^Acquire::https?::(\S+::)?(Proxy\S*|CaInfo|Verify-Peer|Verify-Host) ".+";$/.test(line);
}
