import * as pulumi from "@pulumi/pulumi";

/** Milliseconds the command line may take to take up a connection that was given up. */
const patienceMs = 2000;

/** What the SDK's connection to the command line that runs this program can do besides its calls. */
interface Connection {
  waitForReady(deadline: number, callback: (error?: Error) => void): void;
}

/**
 * Whether the command line that runs this program is still there. When it is killed, the program goes on until it asks for something:
 * Pulumi's language host ends neither it nor, for some minutes, itself.
 */
export function attended(): Promise<boolean> {
  const engine = pulumi.runtime.getEngine() as unknown as Connection | undefined;
  if (engine === undefined) return Promise.resolve(false);
  return new Promise((resolve) => engine.waitForReady(Date.now() + patienceMs, (error) => resolve(!error)));
}
