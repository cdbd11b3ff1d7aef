/** Whoever looks at a process waits this long for its Redis, in milliseconds: an answer must not hang while Redis does. */
const PATIENCE_MS = 1000;

/**
 * What `work` comes to, unless that takes too long; the work itself goes on.
 *
 * @param limitMs @default 1000
 * @throws Error when it takes longer, or what `work` throws
 */
export function withinPatience<T>(work: Promise<T>, limitMs = PATIENCE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("Redis took too long")), limitMs);
  });
  return Promise.race([work, impatience]).finally(() => clearTimeout(timer));
}
