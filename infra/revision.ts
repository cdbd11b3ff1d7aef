import { createHash } from "node:crypto";

/** A value that is the same on every machine: no function, no date, no Pulumi output. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain | undefined };

/**
 * The revision of something: the first 8 hex digits of the SHA-256 of its canonical JSON (keys sorted, undefined left
 * out). Two values have the same revision when, and only when (up to 2^-32), they are equal.
 */
export function revisionOf(value: Plain): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 8);
}

function canonical(value: Plain): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value)
      .filter((entry): entry is [string, Plain] => entry[1] !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}
