import { attempt, Command, describeFailure, lines, run } from "./command";
import { SetupContext, lockOf } from "./context";
import { SetupError } from "./errors";
import { withLock } from "./lock";
import { Progress, withHeartbeat } from "./progress";

const quiet = { DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_MODE: "a" };
// Another apt (unattended upgrades) may hold the lock for a while.
const patient = ["-o", "DPkg::Lock::Timeout=300", "-q"];

/** Pure: the names that apt should install of those that are wanted, with the ones that exist only in some releases. */
export function choosePackages(
  wanted: readonly string[],
  optional: readonly string[],
  known: ReadonlySet<string>,
): string[] {
  return [...wanted, ...optional.filter((name) => known.has(name))];
}

/**
 * Installs packages with apt; what an interrupted run left half configured is mended first.
 *
 * @param action what they are for, as a verb
 * @param optional packages that only some releases have; installed where they exist
 * @throws SetupError without apt, without rights, or when apt fails
 */
export async function aptInstall(
  context: Pick<SetupContext, "home" | "rights" | "env" | "signal">,
  progress: Progress,
  action: string,
  wanted: readonly string[],
  optional: readonly string[] = [],
): Promise<void> {
  const missing = (await attempt({ file: "apt-get", args: ["--version"] })).missing;
  if (missing) throw withoutApt(action, wanted);
  const asRoot = async (verb: string, file: string, args: readonly string[], beat: Progress) => {
    const command = await context.rights.asRoot(action, { file, args, env: { ...rootEnv(context.env), ...quiet } });
    await runApt(action, verb, command, beat);
  };
  await withLock(lockOf(context, "apt"), progress, () =>
    withHeartbeat(progress, `apt: ${wanted.join(", ")}`, async (beat) => {
      await asRoot("mend half-installed packages", "dpkg", ["--configure", "-a"], beat);
      await asRoot("read the package lists", "apt-get", [...patient, "update"], beat);
      const packages = choosePackages(wanted, optional, await knownPackages(optional));
      await asRoot("install", "apt-get", [...patient, "install", "-y", "--no-install-recommends", ...packages], beat);
    }),
  );
}

/** Of the whole environment, what apt and mmdebstrap heed. */
function rootEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ["PATH", "HOME", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];
  const kept = Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  // dpkg refuses to work without ldconfig and start-stop-daemon on its PATH.
  return { ...kept, PATH: `${kept.PATH ?? "/usr/bin:/bin"}:/usr/local/sbin:/usr/sbin:/sbin` };
}

async function knownPackages(names: readonly string[]): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const name of names) {
    const policy = await run("look a package up", { file: "apt-cache", args: ["policy", name] });
    if (/Candidate: (?!\(none\))/.test(policy)) known.add(name);
  }
  return known;
}

async function runApt(action: string, verb: string, command: Command, beat: Progress): Promise<void> {
  const outcome = await attempt(command, lines(beat, "apt"));
  if (outcome.ok) return;
  throw new SetupError({
    action,
    got: `apt could not ${verb}: ${describeFailure(command, outcome)}`,
    needed: "a working apt with a reachable package mirror",
    mend: "sudo apt-get update && sudo apt-get --fix-broken install, then run this again",
  });
}

function withoutApt(action: string, wanted: readonly string[]): SetupError {
  return new SetupError({
    action,
    got: "no apt-get on this machine",
    needed: `Debian or Ubuntu, or ${wanted.join(" and ")} installed by hand`,
    mend: "install Docker Engine 20.10 or newer (https://docs.docker.com/engine/install/), then run this again",
  });
}
