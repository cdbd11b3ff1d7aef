import { ChildProcess, spawn, spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const project = join(__dirname, "..");

/** An npm that installs one package, the real tsx, and writes down that it was called. */
const fakeNpm = `
const fs = require("fs");
fs.appendFileSync("npm-calls", process.argv.slice(2).join(" ") + "\\n");
if (process.env.NPM_FAILS) process.exit(1);
fs.rmSync("node_modules", { recursive: true, force: true });
fs.mkdirSync("node_modules");
fs.symlinkSync(process.env.REAL_MODULES + "/tsx", "node_modules/tsx");
fs.copyFileSync("installed.json", "node_modules/.package-lock.json");
`;

describe("the entry point of every command", () => {
  let folder: string;
  const env = () => ({
    PATH: process.env.PATH,
    npm_execpath: join(folder, "npm-cli.js"),
    REAL_MODULES: join(project, "node_modules"),
  });
  const lock = (version: string) => JSON.stringify({ packages: { "": {}, "node_modules/tsx": { version } } });
  const start = (...args: string[]) =>
    spawnSync(process.execPath, ["setup/bootstrap.cjs", ...args], { cwd: folder, env: env(), encoding: "utf8" });
  const calls = () =>
    readFile(join(folder, "npm-calls"), "utf8").then(
      (text) => text.trim().split("\n").length,
      () => 0,
    );

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "evenkeel-boot-"));
    await mkdir(join(folder, "setup"));
    await copyFile(join(__dirname, "bootstrap.cjs"), join(folder, "setup", "bootstrap.cjs"));
    await writeFile(join(folder, "npm-cli.js"), fakeNpm);
    await writeFile(join(folder, "package-lock.json"), lock("1.0.0"));
    await writeFile(join(folder, "installed.json"), lock("1.0.0"));
    await writeFile(
      join(folder, "say.ts"),
      "const text: string = process.argv.slice(2).join(' '); console.log(text); process.exit(text.length);",
    );
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("installs the packages once, and runs the program with its arguments and exit code", async () => {
    const first = start("say.ts", "--a", "b");
    // Standard output is the program's.
    expect(first.stderr).toContain("npm packages: installing");
    expect(first.stdout).toBe("--a b\n");
    expect(first.status).toBe(5);
    const second = start("say.ts", "x");
    expect(second.stdout).toBe("x\n");
    expect(second.status).toBe(1);
    expect(await calls()).toBe(1);
  });

  it("installs again when the lock file changes, or when an installation was cut off", async () => {
    start("say.ts");
    await writeFile(join(folder, "package-lock.json"), lock("2.0.0"));
    await writeFile(join(folder, "installed.json"), lock("2.0.0"));
    start("say.ts");
    expect(await calls()).toBe(2);
    await rm(join(folder, "node_modules", ".evenkeel-lock"));
    await rm(join(folder, "node_modules", ".package-lock.json"));
    start("say.ts");
    expect(await calls()).toBe(3);
  });

  it("takes what a person's own npm ci installed", async () => {
    await mkdir(join(folder, "node_modules"));
    await symlink(join(project, "node_modules", "tsx"), join(folder, "node_modules", "tsx"));
    await writeFile(join(folder, "node_modules", ".package-lock.json"), lock("1.0.0"));
    expect(start("say.ts", "x").stdout).toBe("x\n");
    expect(await calls()).toBe(0);
  });

  it("says what to do when the packages cannot be installed, and tries again next time", async () => {
    const failed = spawnSync(process.execPath, ["setup/bootstrap.cjs", "say.ts"], {
      cwd: folder,
      env: { ...env(), NPM_FAILS: "1" },
      encoding: "utf8",
    });
    expect(failed.status).toBe(1);
    expect(failed.stderr).toMatch(/cannot install the npm packages[^]*got: {4}npm ci ended with 1[^]*mend:/);
    expect(start("say.ts", "x").stdout).toBe("x\n");
    expect(await calls()).toBe(2);
  });

  it("takes a dead installer's lock over", async () => {
    await mkdir(join(folder, ".evenkeel"));
    await writeFile(join(folder, ".evenkeel", "npm-ci.pid"), String(spawnSync("true").pid));
    expect(start("say.ts", "x").stdout).toBe("x\n");
  });

  it("passes a SIGTERM on, and ends as the program ends", async () => {
    await writeFile(
      join(folder, "wait.ts"),
      "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('up');",
    );
    const child: ChildProcess = spawn(process.execPath, ["setup/bootstrap.cjs", "wait.ts"], {
      cwd: folder,
      env: env(),
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await new Promise<void>((resolve) => child.stdout!.on("data", (data) => String(data).includes("up") && resolve()));
    child.kill("SIGTERM");
    expect(await ended).toBe(7);
  });

  it("can be read by the Node.js versions it turns away", async () => {
    const text = await readFile(join(__dirname, "bootstrap.cjs"), "utf8");
    expect(text).not.toMatch(/=>|`[^`]*\$\{|\b(const|let|class|async|await)\b\s|\?\.|\?\?|catch \{/);
  });
});
