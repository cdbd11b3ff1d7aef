import { SetupError } from "./errors";

/**
 * Prints why a command failed, for a person.
 *
 * @returns the process's exit code
 */
export function reportFailure(error: unknown): number {
  const stack = error instanceof Error ? error.stack : undefined;
  const message = error instanceof Error ? error.message : String(error);
  console.error(`\nFailed: ${message}`);
  if (!(error instanceof SetupError)) {
    console.error(
      process.env.DEBUG && stack
        ? `\n${stack}`
        : "\n(DEBUG=1 shows where. Running the command again goes on from here.)",
    );
  }
  return 1;
}
