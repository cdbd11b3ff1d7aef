import { readFileSync } from "node:fs";
import { join } from "node:path";

import { allowed, schema, SettingSpec } from "./schema";

/** The README's table of settings, as the schema tells it. */
function settingsTable(): string {
  const rows = Object.entries(schema).map(
    ([key, spec]: [string, SettingSpec]) =>
      `| \`${key}\` | ${spec.default === "" ? "-" : spec.default} | ${allowed(spec)} | ${spec.meaning} |`,
  );
  return ["| key | default | allowed | meaning |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

describe("the README", () => {
  it("shows exactly the settings there are", () => {
    const readme = readFileSync(join(__dirname, "..", "README.md"), "utf8");
    const shown = /<!-- settings -->\n([\s\S]*?)\n<!-- \/settings -->/.exec(readme)?.[1];
    expect(shown).toBe(settingsTable());
  });
});
