const { join } = require("node:path");

// These libraries are published as ES modules only; Jest runs CommonJS, so they are compiled like our own code.
const compiled = [
  "execa",
  "listr2",
  "@sindresorhus",
  "@sec-ant",
  "figures",
  "get-stream",
  "human-signals",
  "is-plain-obj",
  "is-stream",
  "is-unicode-supported",
  "npm-run-path",
  "parse-ms",
  "path-key",
  "pretty-ms",
  "strip-final-newline",
  "unicorn-magic",
  "yoctocolors",
];

const common = {
  testEnvironment: "node",
  transform: { "^.+\\.(t|j)s$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  transformIgnorePatterns: [`node_modules/(?!(${compiled.join("|")})/)`],
};

/** Three projects: `unit` beside the sources, `integration` against a real Redis, `e2e` against a real engine. */
module.exports = {
  projects: [
    {
      ...common,
      displayName: "unit",
      rootDir: __dirname,
      testMatch: ["<rootDir>/{app,worker,runtime,infra,ops,setup,bench}/**/*.test.ts"],
    },
    { ...common, displayName: "integration", rootDir: join(__dirname, "tests/integration") },
    { ...common, displayName: "e2e", rootDir: join(__dirname, "tests/e2e") },
  ],
};
