import { withHeartbeat } from "../../setup/progress";

/**
 * Says on standard error what is being waited for, with the time that went by: at once in a terminal, on one line that goes away at
 * the end; elsewhere a line every two seconds, so that a quick answer has none.
 */
export async function sayingWhatItWaitsFor<T>(work: (say: (line: string) => void) => Promise<T>): Promise<T> {
  const live = process.stderr.isTTY === true && process.env.CI === undefined;
  let first = true;
  const say = (line: string) => {
    if (live) process.stderr.write(`\r\x1b[K${line}`);
    // The first is said before any time went by.
    else if (!first) console.error(line);
    first = false;
  };
  try {
    return await withHeartbeat({ say }, "looks", (beat) => work((line) => beat.say(line)), live ? 250 : 2000);
  } finally {
    if (live) process.stderr.write("\r\x1b[K");
  }
}
