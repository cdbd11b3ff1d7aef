import { aptInstall } from "./apt";
import { attempt, run } from "./command";
import { SetupContext, lockOf } from "./context";
import { EngineObservation, minimumEngine, observeEngine } from "./engine-observation";
import { startEngine } from "./engine-start";
import { SetupError } from "./errors";
import { withLock } from "./lock";
import { Progress } from "./progress";
import { userName } from "./rights";

const action = "use a Docker engine";

/** What has to happen before the engine can be used. */
export type EngineStep = "nothing" | "install-client" | "install-engine" | "start" | "allow-user";

/**
 * Pure: the next step towards a usable engine.
 *
 * @param installed whether a `dockerd` is on this machine
 * @throws SetupError when only the machine's owner can take that step
 */
export function decideEngineStep(
  seen: EngineObservation,
  {
    host,
    hostChosen,
    installed,
    platform,
  }: { host: string; hostChosen: boolean; installed: boolean; platform: string },
): EngineStep {
  const needed = `Docker engine ${minimumEngine.major}.${minimumEngine.minor} or newer at ${host}`;
  if (seen.state === "ready") return "nothing";
  if (seen.state === "too-old") {
    const mend = "install a newer Docker engine: https://docs.docker.com/engine/install/";
    throw new SetupError({ action, got: `engine ${seen.version}`, needed, mend });
  }
  if (platform !== "linux") {
    const got = seen.state === "no-client" ? "no docker command" : seen.message;
    throw new SetupError({
      action,
      got,
      needed,
      mend: "install and start Docker Desktop or another engine, then run this again",
    });
  }
  if (seen.state === "no-client") return hostChosen ? "install-client" : "install-engine";
  if (hostChosen) {
    const mend = `check DOCKER_HOST (or --host) and try: DOCKER_HOST=${host} docker version`;
    throw new SetupError({ action, got: seen.message || "no answer", needed, mend });
  }
  if (seen.state === "forbidden") return "allow-user";
  return installed ? "start" : "install-engine";
}

/**
 * Makes the engine usable: finds it, or installs and starts it.
 *
 * @returns the engine's version and architecture, and whether it was ready from the start
 * @throws SetupError when that needs its owner
 */
export async function ensureEngine(
  context: SetupContext,
  progress: Progress,
): Promise<{ version: string; arch: string; found: boolean }> {
  const first = await observeEngine(context.host, context.env);
  if (first.state === "ready") return { ...first, found: true };
  return withLock(lockOf(context, "engine"), progress, async () => {
    const taken: EngineStep[] = [];
    for (;;) {
      const seen = await observeEngine(context.host, context.env);
      if (seen.state === "ready") return { ...seen, found: false };
      const step = decideEngineStep(seen, { ...context, installed: await hasDaemon(), platform: process.platform });
      if (taken.includes(step)) throw stillNotUsable(seen, context.host);
      taken.push(step);
      await takeStep(step, context, progress);
    }
  });
}

async function takeStep(step: EngineStep, context: SetupContext, progress: Progress): Promise<void> {
  switch (step) {
    case "install-client":
      // Older releases have the docker command in docker.io, newer ones in a package of its own.
      return aptInstall(context, progress, "install the docker command", ["docker.io"], ["docker-cli"]);
    case "install-engine":
      return aptInstall(context, progress, "install a Docker engine", ["docker.io", "iptables"], ["docker-cli"]);
    case "start":
      return startEngine(context, progress);
    case "allow-user":
      return allowUser(context, progress);
    case "nothing":
      return;
  }
}

/**
 * Lets this user use the engine from now on: by the group, which counts from the next login, and by the socket's owner,
 * which counts until the engine starts again.
 */
async function allowUser(context: SetupContext, progress: Progress): Promise<void> {
  const user = userName();
  const verb = "use the Docker engine";
  if ((await context.rights.rootAccess()) === "none") {
    throw new SetupError({
      action: verb,
      got: `user ${user} may not use its socket, and is not allowed to use sudo without a password`,
      needed: "root, sudo, or membership of the group docker",
      mend: `sudo usermod -aG docker ${user}   (then log in again)`,
    });
  }
  progress.say(`adds ${user} to the group docker`);
  await run(verb, await context.rights.asRoot(verb, { file: "usermod", args: ["-aG", "docker", user] }));
  const socket = context.host.replace(/^unix:\/\//, "");
  await run(verb, await context.rights.asRoot(verb, { file: "chown", args: [user, socket] }));
}

async function hasDaemon(): Promise<boolean> {
  const found = await attempt({
    file: "sh",
    args: ["-c", "PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin command -v dockerd"],
  });
  return found.ok;
}

function stillNotUsable(seen: EngineObservation, host: string): SetupError {
  const got = "message" in seen ? seen.message : `state ${seen.state}`;
  return new SetupError({
    action,
    got,
    needed: `an engine that answers at ${host}`,
    mend: `see: DOCKER_HOST=${host} docker info`,
  });
}
