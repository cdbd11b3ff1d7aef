/** Gives every replica one of eight colours, which it keeps as long as the page is open. */
export interface Palette {
  /** The name of a class that sets `--c`. */
  colour(instance: string): string;
  /** The instance is gone: its colour is free for another one. */
  free(instance: string): void;
}

/** Runs in the browser: see `start`. */
export function palette(): Palette {
  const given = new Map<string, number>();
  return {
    colour(instance) {
      if (!given.has(instance)) {
        const uses = [1, 2, 3, 4, 5, 6, 7, 8].map(
          (colour) => [[...given.values()].filter((used) => used === colour).length, colour] as const,
        );
        given.set(instance, uses.sort(([a], [b]) => a - b)[0]![1]);
      }
      return `c${given.get(instance)}`;
    },
    free(instance) {
      given.delete(instance);
    },
  };
}
