import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";

import { stateUrl, toolEnvironment } from "../../setup/environment";
import { homePaths } from "../../setup/home";

const root = join(__dirname, "..", "..");

/** What the program reads: the copy is the project as a user has it, and may be edited. */
const parts = [
  ...["Pulumi.yaml", "package.json", "tsconfig.json", "versions.json"],
  ...["infra", "app", "worker", "healer", "runtime", "ops", "setup"],
];

/** What a `pulumi` command came to. */
export interface CommandResult {
  readonly exitCode: number;
  /** Standard output and error, interleaved. */
  readonly output: string;
  readonly stdout: string;
}

/** A command that runs. */
export interface RunningCommand {
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly result: Promise<CommandResult>;
}

/**
 * A copy of this project in a folder of its own, with its own state, for a test that changes settings and code with the
 * plain tools. Nothing of it reaches the checkout, nor the stacks of the person who runs the tests.
 */
export class ProjectCopy {
  private constructor(
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async make(): Promise<ProjectCopy> {
    const folder = await mkdtemp(join(tmpdir(), "evenkeel-e2e-"));
    for (const part of parts) await cp(join(root, part), join(folder, part), { recursive: true });
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    await mkdir(join(folder, "state"));
    const env: NodeJS.ProcessEnv = {
      ...toolEnvironment(homePaths()),
      PULUMI_BACKEND_URL: stateUrl(join(folder, "state")),
      PULUMI_CONFIG_PASSPHRASE: "a test's passphrase",
    };
    delete env.PULUMI_CONFIG_PASSPHRASE_FILE;
    return new ProjectCopy(folder, env);
  }

  /** Runs `pulumi` in the copy; the exit code is the caller's to judge. */
  async pulumi(...args: string[]): Promise<CommandResult> {
    const { exitCode, all, stdout } = await execa("pulumi", ["--non-interactive", "--color", "never", ...args], {
      cwd: this.folder,
      env: this.env,
      extendEnv: false,
      all: true,
      reject: false,
      stdin: "ignore",
    });
    return { exitCode: exitCode ?? 1, output: all ?? "", stdout };
  }

  /** Runs `pulumi` and fails the test, with all it said, when it does not succeed. */
  async expectPulumi(...args: string[]): Promise<string> {
    const { exitCode, output } = await this.pulumi(...args);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${exitCode}:\n${output}`);
    return output;
  }

  /** Runs a command of `ops/` ("up", "rollback") in the copy; the exit code is the caller's to judge. */
  ops(command: string, ...args: string[]): Promise<CommandResult> {
    return this.startOps(command, ...args).result;
  }

  /** The same, for a test that does something to it meanwhile. */
  startOps(command: string, ...args: string[]): RunningCommand {
    return this.start("node", "--import", "tsx", join("ops", `${command}.ts`), ...args);
  }

  /** Starts a program in the copy. */
  start(program: string, ...args: string[]): RunningCommand {
    const child = execa(program, args, {
      ...{ cwd: this.folder, env: this.env, extendEnv: false, all: true, reject: false, stdin: "ignore" },
    });
    const result = child.then(({ exitCode, all, stdout }) => ({
      exitCode: exitCode ?? 1,
      output: (all as string | undefined) ?? "",
      stdout: stdout as unknown as string,
    }));
    return { kill: (signal) => void child.kill(signal), result };
  }

  /** Edits one file of the copy. */
  async edit(file: string, change: (text: string) => string): Promise<void> {
    const path = join(this.folder, file);
    const before = await readFile(path, "utf8");
    const after = change(before);
    if (after === before) throw new Error(`the edit of ${file} changes nothing`);
    await writeFile(path, after);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
