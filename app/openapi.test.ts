import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openApiDocument } from "./openapi";

const file = join(__dirname, "../docs/openapi.json");

// UPDATE_OPENAPI=1 npx jest app/openapi writes the document anew.
test("docs/openapi.json is what the contract says", () => {
  const document = openApiDocument();
  if (process.env.UPDATE_OPENAPI) {
    writeFileSync(file, `${JSON.stringify(document, undefined, 2)}\n`);
  }
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(document)));
});
