const { join } = require("node:path");

// These libraries are published as ES modules only; Jest runs CommonJS, so they are compiled like our own code.
const compiled =
  "eventsource|eventsource-parser|execa|get-stream|human-signals|is-stream|listr2|mimic-fn|npm-run-path|onetime|path-key|strip-final-newline";

const common = {
  testEnvironment: "node",
  transform: { "^.+\\.(t|j)s$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  transformIgnorePatterns: [`/node_modules/(?!([^/]+/node_modules/)?(${compiled})/)`],
};

/**
 * Six projects: `unit` beside the sources, `workflows` about the pipeline's files, `integration` against a real Redis, `browser` with a real Chromium, `e2e` against a real
 * engine, and `unnoticed`: the same under so much load that it needs the machine to itself.
 */
module.exports = {
  projects: [
    {
      ...common,
      displayName: "unit",
      rootDir: __dirname,
      testMatch: ["<rootDir>/{app,worker,healer,runtime,infra,ops,setup,load,bench}/**/*.test.ts"],
    },
    { ...common, displayName: "workflows", rootDir: join(__dirname, "tests/workflows") },
    { ...common, displayName: "integration", rootDir: join(__dirname, "tests/integration") },
    { ...common, displayName: "browser", rootDir: join(__dirname, "tests/browser") },
    { ...common, displayName: "e2e", rootDir: join(__dirname, "tests/e2e") },
    { ...common, displayName: "unnoticed", rootDir: join(__dirname, "tests/unnoticed") },
  ],
};
