import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const script = join(__dirname, "..", "..", ".ci", "ssh");
const knownHost = "box ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBCiqiBjRxM2qIa3n5FBHtGxxZY3QjJUFUrNmAnSDc5L";

let folder: string;
let key: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "evenkeel-ssh-"));
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "theirs")]);
  key = readFileSync(join(folder, "theirs"), "utf8");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(env: Record<string, string>, ...args: string[]) {
  const options = { env: { PATH: process.env.PATH, EVENKEEL_SSH_FOLDER: folder, ...env } };
  const { status, stdout, stderr } = spawnSync("bash", [script, ...args], options);
  return { status, output: `${stdout}${stderr}` };
}

/** What ssh makes of the folder's settings, as `ssh -G` prints it. */
const settings = (host: string) =>
  execFileSync("ssh", ["-F", join(folder, "config"), "-G", host])
    .toString()
    .split("\n");

describe("the host's key in a pipeline", () => {
  it("is the one that ssh takes, and only the host that was named is trusted", () => {
    expect(run({ SSH_PRIVATE_KEY: key, SSH_KNOWN_HOSTS: knownHost })).toEqual({ status: 0, output: "" });
    expect(settings("box")).toEqual(
      expect.arrayContaining([
        `identityfile ${folder}/evenkeel_key`,
        `userknownhostsfile ${folder}/evenkeel_known_hosts`,
        "stricthostkeychecking true",
        "batchmode yes",
      ]),
    );
    expect(readFileSync(join(folder, "evenkeel_known_hosts"), "utf8").trim()).toBe(knownHost);
    expect(statSync(join(folder, "evenkeel_key")).mode & 0o777).toBe(0o600);
  });

  it("is read though it was pasted with Windows' line ends and without the last one", () => {
    run({ SSH_PRIVATE_KEY: key.trim().replaceAll("\n", "\r\n"), SSH_KNOWN_HOSTS: knownHost });
    const publicKey = execFileSync("ssh-keygen", ["-y", "-f", join(folder, "evenkeel_key")]).toString();
    expect(publicKey.split(" ")[1]).toBe(readFileSync(join(folder, "theirs.pub"), "utf8").split(" ")[1]);
  });

  it("leaves the machine's own settings as they were, however often it came and when it is forgotten", () => {
    const own = "Host build\n  User ann\n";
    writeFileSync(join(folder, "config"), own);
    const before = readdirSync(folder);
    for (let at = 0; at < 2; at++) run({ SSH_PRIVATE_KEY: key, SSH_KNOWN_HOSTS: knownHost });
    expect(settings("build")).toEqual(expect.arrayContaining(["user ann", `identityfile ${folder}/evenkeel_key`]));
    expect(readFileSync(join(folder, "config"), "utf8").match(/Include/g)).toHaveLength(1);
    expect(run({}, "--forget").status).toBe(0);
    expect(readFileSync(join(folder, "config"), "utf8")).toBe(own);
    expect(readdirSync(folder)).toEqual(before);
  });

  it("is refused without the host's public key, and nothing is written", () => {
    const { status, output } = run({ SSH_PRIVATE_KEY: key });
    expect([status, output]).toEqual([1, expect.stringMatching(/ssh-keyscan/)]);
    expect(existsSync(join(folder, "evenkeel_key"))).toBe(false);
  });

  it("is not asked for where there is none", () => {
    expect(run({})).toEqual({ status: 0, output: "no SSH_PRIVATE_KEY: nothing to do for ssh\n" });
    expect(readdirSync(folder)).toEqual(["theirs", "theirs.pub"]);
  });
});
