// The shortest program that could do it: containers as a file says, nothing else. What is left is Pulumi's own time.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const docker = require("@pulumi/docker");

for (const [name, args] of Object.entries(JSON.parse(readFileSync(join(__dirname, "containers.json"), "utf8")))) {
  new docker.Container(name, args);
}
