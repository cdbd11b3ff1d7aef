import type { Redis } from "ioredis";

/** Looks in the time that a peer may be silent. */
const LOOKS = 5;

/**
 * Ends a connection whose peer says nothing while commands wait for it: it hangs, or vanished without a word. What waits fails then, and
 * ioredis connects anew.
 *
 * ioredis's own `socketTimeout` sets and clears a timer, and adds and removes a listener, for each piece of data: a fortieth of
 * what a small job costs. And it looks at the clock, which goes on while a virtual machine stands still; here only looks of
 * this process count, so after a standstill the peer has its time again.
 *
 * @param limitMs after so many milliseconds of silence, a fifth of them more or less
 */
export function endWhenSilent(client: Redis, limitMs: number): void {
  let bytesRead = 0;
  let silent = 0;
  const timer = setInterval(() => {
    const { stream } = client;
    const read = stream?.bytesRead ?? 0;
    const isWaiting = stream?.destroyed === false && client.commandQueue.length > 0;
    silent = isWaiting && read === bytesRead ? silent + 1 : 0;
    bytesRead = read;
    if (silent === LOOKS) {
      stream.destroy(new Error(`Socket timeout: no answer within ${limitMs} ms`));
    }
  }, limitMs / LOOKS).unref();
  client.once("end", () => clearInterval(timer));
}
