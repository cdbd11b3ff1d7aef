/** What was found out about a part, or why it could not be asked: one that does not answer must not end the look at the rest. */
export type Seen<T> = { readonly value: T } | { readonly problem: string };

/** Asks; a failure becomes its first line. Never rejects. */
export async function see<T>(ask: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { value: await ask() };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { problem: text.trim().split("\n")[0] || "no answer" };
  }
}

/** The value, or undefined when there is none. */
export function valueOf<T>(seen: Seen<T>): T | undefined {
  return "value" in seen ? seen.value : undefined;
}
