import { ListrBaseClassOptions, PRESET_TIMER } from "listr2";

import { formatElapsed } from "./elapsed";
import { LineRenderer } from "./line-renderer";

/** What a step reports while it works. */
export interface Progress {
  /** Replaces the step's current line. */
  say(line: string): void;
}

/** Whether a person watches: then the task list is live, else it is plain lines. */
export function isLive(): boolean {
  return process.stdout.isTTY === true && process.env.CI === undefined;
}

/** Options for every Listr of this project: a live list in a terminal, plain lines with times elsewhere. */
export function taskRenderer<Context = unknown>(
  live = isLive(),
): ListrBaseClassOptions<Context, "default", typeof LineRenderer> {
  return {
    renderer: "default",
    // The command decides what an interrupt means: Pulumi has to end its update in order first.
    registerSignalListeners: false,
    // The caller prints the error once, in full.
    rendererOptions: { timer: PRESET_TIMER, collapseSubtasks: false, showErrorMessage: false },
    fallbackRenderer: LineRenderer,
    fallbackRendererCondition: () => !live,
  };
}

/**
 * Keeps a long step from looking dead: repeats its latest line with the time that went by.
 *
 * @param every milliseconds between two lines. @default 1000 in a terminal, 10000 elsewhere
 */
export async function withHeartbeat<T>(
  progress: Progress,
  first: string,
  work: (beat: Progress) => Promise<T>,
  every = isLive() ? 1_000 : 10_000,
): Promise<T> {
  const started = Date.now();
  let line = first;
  const tell = () => progress.say(`${line}, ${formatElapsed(Date.now() - started)}`);
  progress.say(first);
  const timer = setInterval(tell, every);
  try {
    return await work({ say: (next) => void (line = next) });
  } finally {
    clearInterval(timer);
  }
}
