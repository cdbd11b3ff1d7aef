import { existsSync, readFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { attempt, run } from "./command";
import { SetupContext } from "./context";
import { observeEngine } from "./engine-observation";
import { SetupError } from "./errors";
import { Progress, withHeartbeat } from "./progress";

const action = "start the Docker engine";
const pidFile = "/var/run/docker.pid";
const paths = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * As many open files as the distribution's unit gives it, or as many as this machine lets it have: the process by which the engine
 * publishes a port has about six for a connection from its own host, and ends for good when it gets no more.
 */
const raiseLimits = 'ulimit -n 1048576 2>/dev/null || ulimit -n "$(ulimit -H -n)"';

/** Starts the installed engine and waits until it answers: with systemd where that runs, else on its own. */
export async function startEngine(context: SetupContext, progress: Progress): Promise<void> {
  await withHeartbeat(progress, "starts dockerd", async (beat) => {
    if (existsSync("/run/systemd/system")) {
      const command = { file: "systemctl", args: ["enable", "--now", "docker.service"] };
      await run(action, await context.rights.asRoot(action, command));
    } else if (!runningDaemon()) {
      await startDetached(context);
    }
    beat.say("waits for the engine to answer");
    await waitForEngine(context);
  });
}

/** The dockerd that the pid file names, if it is one: after a hard reset the number may belong to another program. */
export function runningDaemon(read = (file: string) => readFileSync(file, "utf8")): boolean {
  try {
    const pid = read(pidFile).trim();
    return read(`/proc/${pid}/comm`).trim() === "dockerd";
  } catch {
    return false;
  }
}

/**
 * Whether containers may go on while the daemon is away. Before version 23 it does not probe them again when it is back
 * (moby/moby#41871), so replicas that leave would not be heard of.
 *
 * @param version what `dockerd --version` prints
 */
export function liveRestoreFits(version: string): boolean {
  return Number(/version (\d+)\./.exec(version)?.[1] ?? 0) >= 23;
}

async function startDetached(context: SetupContext): Promise<void> {
  // dockerd refuses to start while any process has the number in its pid file.
  await attempt(await context.rights.asRoot(action, { file: "rm", args: ["-f", pidFile] }));
  await mkdir(dirname(context.home.engineLog), { recursive: true });
  const log = openSync(context.home.engineLog, "a");
  const version = await attempt({ file: "dockerd", args: ["--version"], env: { PATH: paths } });
  const options = liveRestoreFits(version.stdout) ? " --live-restore" : "";
  const start = { file: "sh", args: ["-c", `${raiseLimits}; exec dockerd${options}`], env: { PATH: paths } };
  const command = await context.rights.asRoot(action, start);
  // A process group of its own: a Ctrl-C here is not meant for the engine.
  const daemon = spawn(command.file, [...command.args], {
    env: command.env ?? process.env,
    detached: true,
    stdio: ["ignore", log, log],
    cwd: "/",
  });
  daemon.on("error", () => undefined);
  daemon.unref();
}

async function waitForEngine(context: SetupContext): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const seen = await observeEngine(context.host, context.env);
    // Who may use it is the next step's question.
    if (seen.state !== "unreachable") return;
    if (Date.now() > deadline) throw await notStarted(context, seen.message);
    await sleep(500, undefined, { signal: context.signal });
  }
}

async function notStarted(context: SetupContext, message: string): Promise<SetupError> {
  const log = await readFile(context.home.engineLog, "utf8").catch(() => "");
  const errors = log.split("\n").filter((line) => /level=(error|fatal)|failed to start/.test(line));
  const last = errors.at(-1);
  return new SetupError({
    action,
    got: last ? `${message}\n          dockerd: ${last}` : message,
    needed: `an engine that answers at ${context.host} within 60 s`,
    mend: existsSync("/run/systemd/system") ? "sudo journalctl -u docker" : `look into ${context.home.engineLog}`,
  });
}
