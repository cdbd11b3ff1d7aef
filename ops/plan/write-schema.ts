import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { format } from "prettier";
import { z } from "zod";

import { planSchema } from "./schema";

/** Writes docs/plan.schema.json (`npm run schema`); a unit test holds the file against the schema. */
async function writeSchema(): Promise<void> {
  const text = await format(JSON.stringify(z.toJSONSchema(planSchema)), { parser: "json", printWidth: 120 });
  writeFileSync(join(__dirname, "..", "..", "docs", "plan.schema.json"), text);
}

void writeSchema();
