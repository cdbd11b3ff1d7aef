import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { execPath } from "node:process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { logOutput } from "./log-output";

let folder: string;
/** Both ends of a pipe; neither blocks. */
let pipe: { path: string; written: number; read: number };

let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "evenkeel-log-output-"));
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  pipe = { path, read, written: openSync(path, constants.O_WRONLY | constants.O_NONBLOCK) };
});

afterEach(() => {
  child?.kill("SIGKILL"); // It ended, or a test failed.
  closeSync(pipe.read);
  closeSync(pipe.written);
  rmSync(folder, { recursive: true });
});

/** What is in the pipe now. */
function taken(): string {
  const buffer = Buffer.alloc(1_000_000);
  let text = "";
  try {
    for (let n = readSync(pipe.read, buffer); n > 0; n = readSync(pipe.read, buffer))
      text += buffer.toString("utf8", 0, n);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
  }
  return text;
}

test("lines that nobody reads hold nothing up; those beyond the bound are counted, and told when it is read again", async () => {
  const told: number[] = [];
  const output = logOutput({ fd: pipe.written, onDropped: (lines) => told.push(lines) });
  const lines = Array.from({ length: 30_000 }, (_, n) => `${n} ${"x".repeat(90)}\n`);
  for (const [n, line] of lines.entries()) {
    output.write(line);
    if (n % 3000 === 0) await sleep(1);
  }
  // Two MiB too many are written, and the event loop still turns.
  expect(told).toEqual([]);
  let text = "";
  for (let look = 0; look < 500 && told.length === 0; look++) {
    text += taken();
    await sleep(10);
  }
  await sleep(100);
  const read = (text + taken()).split(/(?<=\n)/);
  expect(read.length).toBeGreaterThan(1_048_576 / 110);
  expect(read.slice(0, 1000)).toEqual(lines.slice(0, 1000));
  expect(read.every((line) => /^\d+ x{90}\n$/.test(line))).toBe(true);
  expect([told.length, read.length + told[0]!]).toEqual([1, lines.length]);
});

test("what was gathered is written at once when it is asked for, after what waits", async () => {
  const output = logOutput({ fd: pipe.written, onDropped: () => undefined });
  output.write("one\n");
  await sleep(100);
  output.write("two\n");
  output.flushSync();
  expect(taken()).toBe("one\ntwo\n");
});

/** Starts a process that writes more lines to standard output, a pipe that blocks as an engine's does, than may wait, says so and ends. */
function startProcess() {
  const program = `
    const { logOutput } = require("./runtime/log-output.ts");
    const output = logOutput({ onDropped: (lines) => output.write("dropped " + lines + "\\n") });
    for (let n = 0; n < 30_000; n++) output.write(n + " ${"x".repeat(90)}\\n");
    require("node:fs").writeSync(2, "written");
    process.exit(0);`;
  const written = openSync(pipe.path, "w");
  child = spawn(execPath, ["--import", "tsx", "-e", program], {
    cwd: join(__dirname, ".."),
    stdio: ["ignore", written, "pipe"],
  });
  closeSync(written);
  return { process: child, exited: once(child, "exit") };
}

// Measured before: it was there until somebody read, whatever the grace period.
test("a process whose lines nobody reads ends all the same", async () => {
  const { exited } = startProcess();
  expect(await exited).toEqual([0, null]);
  expect(taken().startsWith("0 x")).toBe(true);
});

test("one whose lines are read at its end says how many were dropped", async () => {
  const { process, exited } = startProcess();
  await once(process.stderr!, "data");
  let text = "";
  while (process.exitCode === null && process.signalCode === null) {
    text += taken();
    await sleep(1);
  }
  await exited;
  const lines = (text + taken()).trimEnd().split("\n");
  expect(lines.at(-1)).toBe(`dropped ${30_000 - (lines.length - 1)}`);
  expect(lines.length).toBeGreaterThan(1_048_576 / 110);
});
