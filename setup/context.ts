import { join } from "node:path";

import { Downloads } from "./reachability";
import { Home } from "./home";
import { Rights } from "./rights";

/** What the steps of one setup run share. */
export interface SetupContext {
  readonly home: Home;
  /** Address of the engine. */
  readonly host: string;
  /** Whether the user chose the engine: then setup installs none. */
  readonly hostChosen: boolean;
  readonly downloads: Downloads;
  readonly rights: Rights;
  readonly env: NodeJS.ProcessEnv;
  /** Fires when another step failed: what can be cut off without harm then ends, for no one waits for it any more. */
  readonly signal: AbortSignal;
}

/** The lock file of one thing that setup makes. */
export function lockFile(home: Home, what: string): string {
  return join(home.root, "locks", what);
}
