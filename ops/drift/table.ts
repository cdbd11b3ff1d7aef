import { Finding } from "./finding";

/** Characters that a column may take; the last one takes the rest. */
const widest = 44;

/**
 * What was found, for a person: a line each, and what to do.
 *
 * @param again the command that repairs, without `--repair`
 */
export function formatDrift(findings: readonly Finding[], again: string): string {
  if (findings.length === 0) return "No drift: what runs is what is declared.";
  const rows = findings.map(({ kind, object, declared, found, repair, interrupts }) => [
    ...[kind, object, declared, found],
    interrupts ? `${repair} (!)` : repair,
  ]);
  const interrupting = findings.filter(({ interrupts }) => interrupts !== undefined);
  const effects = [...new Set(interrupting.map(({ object, interrupts }) => `  (!) ${object}: ${interrupts}`))];
  const flags = effects.length > 0 ? "--repair --allow-interruption" : "--repair";
  return [
    ...columns([["drift", "object", "declared", "found", "repair"], ...rows]),
    "",
    ...effects,
    findings.every(({ remedy }) => remedy === "none")
      ? "An update was interrupted. To go on with it: npm run up"
      : `To repair exactly this: ${again} ${flags}`,
  ].join("\n");
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const cut = (text: string) => (text.length > widest ? `${text.slice(0, widest - 1)}…` : text);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => cut(row[column]!).length)));
  return rows.map((row) => {
    const cells = row.map((text, column) => (column === row.length - 1 ? text : cut(text).padEnd(widths[column]!)));
    return `  ${cells.join("  ")}`.trimEnd();
  });
}

/**
 * What a repair came to, for a person.
 *
 * @param again the command that repairs, without `--repair`
 */
export function formatRepair(before: readonly Finding[], left: readonly Finding[], again: string): string {
  if (before.length === 0) return formatDrift(before, again);
  const key = ({ kind, object }: Finding) => `${kind} ${object}`;
  const still = new Set(left.map(key));
  const done = before.filter((one) => !still.has(key(one)));
  const rows = columns(done.map(({ kind, object, found }) => [kind, object, found]));
  const repaired = done.length === 0 ? [] : [`Repaired, ${done.length} of ${before.length}:`, ...rows, ""];
  return [...repaired, ...(left.length > 0 ? ["Left:"] : []), formatDrift(left, again)].join("\n");
}
