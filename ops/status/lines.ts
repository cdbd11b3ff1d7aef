/**
 * Puts parts side by side, and on the next line where they do not fit any more; one that is too long for a line is broken.
 *
 * @param indent what later lines begin with, in spaces
 */
export function wrap(parts: readonly string[], width: number, separator: string, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of parts.flatMap((text) => broken(text, width - indent))) {
    const start = lines.length === 0 && line === "" ? "" : " ".repeat(indent);
    if (line === "") line = start + part;
    else if (line.length + separator.length + part.length <= width) line += separator + part;
    else {
      lines.push(line);
      line = " ".repeat(indent) + part;
    }
  }
  return line === "" ? lines : [...lines, line];
}

/** A sentence over as many lines as it needs. */
export function wrapWords(text: string, width: number, indent: number): string[] {
  return wrap(text.split(" ").filter(Boolean), width, " ", indent);
}

/** Cuts what does not fit, and shows that it did. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

function broken(text: string, width: number): string[] {
  return text.match(new RegExp(`.{1,${width}}`, "gu")) ?? [];
}
