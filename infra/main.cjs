// Where Pulumi enters the program: loads index.ts with no build step, quickly. docs/design.md, "The price of a preview".
require("./loading/lazy-sdk.cjs").install();
// Translates each TypeScript file, and keeps the translation by the file's content.
require("tsx/cjs");
// After tsx, whose source maps it reads.
require("./loading/stack-traces.cjs").install();

module.exports = require("./index.ts");
