/** Shows one block of text after the other. */
export interface Screen {
  show(text: string): void;
  close(): void;
}

/** The part of a terminal or a pipe that a screen writes to. */
export interface Output {
  readonly isTTY?: boolean;
  readonly rows?: number;
  write(text: string): unknown;
}

/**
 * In a terminal every block takes the place of the one before, on the alternate screen: what was there comes back at the end, with
 * the last block below it. Elsewhere the blocks follow each other.
 *
 * @param between what comes between two blocks in a pipe
 */
export function screenOn(output: Output, between: string): Screen {
  return output.isTTY === true ? alternateScreen(output) : pipe(output, between);
}

function alternateScreen(output: Output): Screen {
  let last = "";
  output.write("\x1b[?1049h");
  return {
    show(text) {
      last = text;
      // One line stays free: a line feed in the last one would scroll.
      const lines = text.split("\n").slice(0, (output.rows ?? 24) - 1);
      // Over the old text, line by line, rather than clearing first: it must not flicker.
      output.write(`\x1b[H${lines.map((line) => `${line}\x1b[K\n`).join("")}\x1b[J`);
    },
    close() {
      output.write("\x1b[?1049l");
      if (last) output.write(`${last}\n`);
    },
  };
}

function pipe(output: Output, between: string): Screen {
  let first = true;
  return {
    show(text) {
      output.write(`${first ? "" : between}${text}\n`);
      first = false;
    },
    close() {},
  };
}
