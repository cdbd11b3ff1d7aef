import { reportFailure } from "../setup/report-failure";

/**
 * Runs a command's body and ends the process with its exit code: 0 when it returns, 1 with a message, 130 when it was interrupted.
 */
export async function runCommand(body: (interrupted: AbortSignal) => Promise<void>): Promise<void> {
  const interrupt = new AbortController();
  // The tools below get the terminal's Ctrl-C themselves and stop in order; this process waits for them.
  process.on("SIGINT", () => interrupt.abort());
  process.on("SIGTERM", () => interrupt.abort());
  try {
    await body(interrupt.signal);
  } catch (error) {
    if (interrupt.signal.aborted) {
      console.error("\nInterrupted. Nothing is lost: run the same command again and it goes on.");
      process.exit(130);
    }
    process.exit(reportFailure(error));
  }
}
