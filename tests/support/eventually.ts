/**
 * Waits until `probe` returns something (not undefined or false) and returns that. What it throws counts as "not yet".
 *
 * @param seconds gives up, and fails with `what`, after this long. @default 60
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  seconds = 60,
): Promise<T> {
  const until = Date.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const result = await probe();
      if (result !== undefined && result !== false) return result;
    } catch (error) {
      last = error;
    }
    if (Date.now() > until) throw new Error(`not within ${seconds} s: ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
