import { join } from "node:path";

import { Home } from "../setup/home";
import { withLock } from "../setup/lock";

/**
 * Runs `work` while no other of these commands changes the same stack from this machine. Pulumi's own lock covers one update only;
 * looking for what a killed run left, and removing it, must not meet another run that is just making it anew.
 */
export function exclusively<T>(
  stack: string,
  home: Home,
  interrupted: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const file = join(home.root, "locks", `stack-${stack}`);
  return withLock({ file, signal: interrupted }, { say: (line) => console.error(`stack ${stack}: ${line}`) }, work);
}
