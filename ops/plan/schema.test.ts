import { readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { planSchema } from "./schema";

it("docs/plan.schema.json is the plan's schema (write it anew: npm run schema)", () => {
  const file = join(__dirname, "..", "..", "docs", "plan.schema.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(z.toJSONSchema(planSchema));
});
