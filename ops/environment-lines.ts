/** Reads variables as the engine and the state keep them, `NAME=value` a line; a value may hold an equals sign. */
export function readEnvironmentLines(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}
