// Where Pulumi enters the program: loads index.ts with no build step, quickly. docs/design.md, "The price of a preview".
const { askForOutputs, startProviders } = require("./loading/ahead.cjs");

module.exports = async () => {
  const stack = await askForOutputs();
  // Translates each TypeScript file, and keeps the translation by the file's content.
  require("tsx/cjs");
  const program = require("./index.ts");
  await startProviders(stack);
  return program(stack);
};
