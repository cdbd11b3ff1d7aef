import { join } from "node:path";

import { Downloads } from "./reachability";
import { Home } from "./home";
import { Lock } from "./lock";
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
  /** Fires when another step failed or the user interrupts: what can be cut off without harm then ends. */
  readonly signal: AbortSignal;
}

/** The lock of one thing that setup makes. */
export function lockOf({ home, signal }: Pick<SetupContext, "home" | "signal">, what: string): Lock {
  return { file: join(home.root, "locks", what), signal };
}
