import { closeSync, openSync } from "node:fs";
import { createInterface } from "node:readline";

import { execa, Options } from "execa";

import { Progress } from "./progress";

/** A command as data: built in one place, run in another. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** A file to feed to standard input. */
  readonly inputFile?: string;
  /** A file that takes standard output. */
  readonly outputFile?: string;
  /** Text to feed to standard input. */
  readonly input?: string;
  /** Milliseconds. @default none */
  readonly timeout?: number;
  /** Ends the command early. */
  readonly signal?: AbortSignal;
}

/** What a command ended with. `code` is undefined when it could not be started or was killed. */
export interface Outcome {
  readonly ok: boolean;
  readonly code?: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly missing: boolean;
  readonly timedOut: boolean;
}

/** Runs a command to its end, whatever that is; never throws for a failure of the command. */
export async function attempt(command: Command, onLine?: (line: string) => void): Promise<Outcome> {
  const output = command.outputFile === undefined ? undefined : openSync(command.outputFile, "w");
  try {
    const options: Options = {
      reject: false,
      cwd: command.cwd,
      env: command.env,
      extendEnv: command.env === undefined,
      timeout: command.timeout,
      signal: command.signal,
      maxBuffer: 64 * 1024 * 1024,
      stdout: output ?? "pipe",
      ...standardInput(command),
    };
    const child = execa(command.file, [...command.args], options);
    if (onLine) {
      for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on("line", onLine);
    }
    const result = await child;
    return {
      ok: !result.failed,
      code: result.exitCode,
      stdout: text(result.stdout),
      stderr: text(result.stderr),
      missing: result.failed && (result as { code?: string }).code === "ENOENT",
      timedOut: result.timedOut,
    };
  } finally {
    if (output !== undefined) closeSync(output);
  }
}

/** Never this process's own: a question nobody sees would wait for ever. */
function standardInput({ input, inputFile }: Command): Options {
  if (inputFile !== undefined) return { inputFile };
  return input === undefined ? { stdin: "ignore" } : { input };
}

function text(output: unknown): string {
  return typeof output === "string" ? output : "";
}

/**
 * Runs a command that has to succeed.
 *
 * @param verb what it does, for the message of its failure: "import the image"
 * @throws Error with the verb and the last lines of what the command wrote
 */
export async function run(verb: string, command: Command, onLine?: (line: string) => void): Promise<string> {
  const outcome = await attempt(command, onLine);
  if (outcome.ok) return outcome.stdout;
  throw new Error(`${verb}: ${describeFailure(command, outcome)}`);
}

/** The command, how it ended, and the last lines it wrote. */
export function describeFailure({ file, args }: Command, outcome: Outcome): string {
  const line = [file, ...args].join(" ");
  const shown = line.length > 300 ? `${line.slice(0, 300)}...` : line;
  if (outcome.missing) return `command not found: ${file}`;
  const ending = outcome.timedOut ? "took too long" : `ended with ${outcome.code ?? "a signal"}`;
  const wrote = (outcome.stderr || outcome.stdout).trim().split("\n").slice(-15).join("\n    ");
  return `\`${shown}\` ${ending}${wrote ? `\n    ${wrote}` : ""}`;
}

/** Adapts a Progress for commands whose every line is worth showing. */
export function lines(progress: Progress, prefix: string): (line: string) => void {
  return (line) => {
    const shown = line.trim().slice(0, 100);
    if (shown) progress.say(`${prefix}: ${shown}`);
  };
}
