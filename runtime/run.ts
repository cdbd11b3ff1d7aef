import { EnvError } from "./env";
import { loggableError } from "./logger";

/**
 * Runs a process's composition. What it throws becomes one JSON line and exit code 1: for a wrong environment only the message,
 * which is the user's to mend; a stack trace would bury it.
 */
export function runProcess(service: string, compose: () => Promise<void>): void {
  compose().catch((error: unknown) => {
    const line = { level: "fatal", time: new Date().toISOString(), service };
    const what =
      error instanceof EnvError ? { msg: error.message } : { err: loggableError(error), msg: "start failed" };
    process.stdout.write(`${JSON.stringify({ ...line, ...what })}\n`, () => process.exit(1));
  });
}
