import { decideEngineStep } from "./engine";
import { dockerEnv, EngineObservation, engineHost, readObservation } from "./engine-observation";
import { SetupError } from "./errors";
import { liveRestoreFits, runningDaemon } from "./engine-start";

describe("what the engine answered", () => {
  it.each([
    ["20.10.24+dfsg1 amd64\n", { state: "ready", version: "20.10.24+dfsg1", arch: "amd64" }],
    ["29.1.0 arm64", { state: "ready", version: "29.1.0", arch: "arm64" }],
    ["20.9.1 amd64", { state: "too-old", version: "20.9.1" }],
    ["19.03.15 amd64", { state: "too-old", version: "19.03.15" }],
  ])("%j", (stdout, expected) => {
    expect(readObservation({ ok: true, stdout, stderr: "" })).toEqual(expected);
  });

  it("tells a missing command, a closed door and silence apart", () => {
    expect(readObservation({ ok: false, missing: true }).state).toBe("no-client");
    const denied = "permission denied while trying to connect to the Docker daemon socket";
    expect(readObservation({ ok: false, stderr: denied }).state).toBe("forbidden");
    const silent = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.";
    expect(readObservation({ ok: false, stdout: " \n", stderr: silent })).toEqual({
      state: "unreachable",
      message: silent,
    });
    expect(readObservation({ ok: false, timedOut: true })).toEqual({
      state: "unreachable",
      message: "no answer within 30 s",
    });
  });
});

describe("which engine is meant", () => {
  it("is the caller's, else DOCKER_HOST's, else the local one", () => {
    const env = { DOCKER_HOST: "tcp://b" };
    expect(engineHost("ssh://a", env)).toEqual({ host: "ssh://a", hostChosen: true });
    expect(engineHost(undefined, env)).toEqual({ host: "tcp://b", hostChosen: true });
    expect(engineHost(undefined, {})).toEqual({ host: "unix:///var/run/docker.sock", hostChosen: false });
  });

  it("is not changed by the docker command's current context", () => {
    const env = dockerEnv("ssh://a", { DOCKER_CONTEXT: "other", HOME: "/h" });
    expect(env).toMatchObject({ DOCKER_HOST: "ssh://a", HOME: "/h" });
    expect(env).not.toHaveProperty("DOCKER_CONTEXT");
  });
});

describe("the next step towards an engine", () => {
  const local = { host: "unix:///var/run/docker.sock", hostChosen: false, installed: false, platform: "linux" };
  const remote = { ...local, host: "ssh://deploy@host", hostChosen: true };
  const unreachable: EngineObservation = { state: "unreachable", message: "connection refused" };

  it.each<[string, EngineObservation, typeof local, string]>([
    ["nothing when it answers", { state: "ready", version: "25.0", arch: "amd64" }, local, "nothing"],
    ["installs one on a bare machine", { state: "no-client" }, local, "install-engine"],
    ["installs one where only the command is", unreachable, local, "install-engine"],
    ["starts one that is installed", unreachable, { ...local, installed: true }, "start"],
    ["lets the user in", { state: "forbidden", message: "denied" }, { ...local, installed: true }, "allow-user"],
    ["installs only the command for an engine elsewhere", { state: "no-client" }, remote, "install-client"],
  ])("%s", (_, seen, machine, step) => {
    expect(decideEngineStep(seen, machine)).toBe(step);
  });

  const message = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      expect(error).toBeInstanceOf(SetupError);
      return (error as Error).message;
    }
    throw new Error("nothing was thrown");
  };

  it("says which engine is too old and what is needed", () => {
    const text = message(() => decideEngineStep({ state: "too-old", version: "19.03.15" }, local));
    expect(text).toContain("got:    engine 19.03.15");
    expect(text).toContain("needed: Docker engine 20.10 or newer");
    expect(text).toContain("https://docs.docker.com/engine/install/");
  });

  it("installs nothing for an engine elsewhere that does not answer", () => {
    const text = message(() => decideEngineStep(unreachable, remote));
    expect(text).toContain("got:    connection refused");
    expect(text).toContain("DOCKER_HOST=ssh://deploy@host docker version");
  });

  it("installs nothing where it does not know how", () => {
    expect(message(() => decideEngineStep({ state: "no-client" }, { ...local, platform: "darwin" }))).toContain(
      "no docker command",
    );
  });
});

describe("the pid file of an engine", () => {
  const machine = (files: Record<string, string>) => (file: string) => {
    const text = files[file];
    if (text === undefined) throw new Error("ENOENT");
    return text;
  };

  it("counts only when its number belongs to a dockerd", () => {
    expect(runningDaemon(machine({}))).toBe(false);
    expect(runningDaemon(machine({ "/var/run/docker.pid": "7" }))).toBe(false);
    expect(runningDaemon(machine({ "/var/run/docker.pid": "7", "/proc/7/comm": "cron\n" }))).toBe(false);
    expect(runningDaemon(machine({ "/var/run/docker.pid": "7\n", "/proc/7/comm": "dockerd\n" }))).toBe(true);
  });
});

describe("containers that outlive the engine", () => {
  it.each([
    ["Docker version 20.10.24+dfsg1, build 297e128", false],
    ["Docker version 23.0.0, build e92dd87", true],
    ["Docker version 26.1.5+dfsg1, build 411e817", true],
    ["", false],
  ])("are only wanted of one that probes them again: %s", (version, fits) => {
    expect(liveRestoreFits(version)).toBe(fits);
  });
});
