/*
 * Completes package-lock.json after an `npm install`: node setup/complete-lock.cjs
 *
 * A registry that lacks packages for other platforms (they are optional: @swc/core-darwin-arm64 and the like) makes npm leave
 * them out of the lock file, and `npm ci` then refuses the whole file, on every platform. This adds them by the exact version
 * that their parent asks for; only the checksum, which cannot be known here, is missing.
 */
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const systems = ["darwin", "linux", "win32", "android", "freebsd", "openharmony"];
const processors = ["arm64", "x64", "arm", "ia32", "ppc64", "s390x", "riscv64", "loong64"];

/** The optional packages that a lock's packages ask for and the lock does not have. */
function missingPackages(packages) {
  const missing = {};
  for (const [from, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isFound(packages, from, name)) continue;
      const os = systems.find((system) => name.includes(system));
      const cpu = processors.find((processor) => new RegExp(`-${processor}($|-)`).test(name));
      if (!os || !cpu) throw new Error(`cannot tell the platform of ${name}, which ${from} asks for`);
      const entry = { version: version.replace(/^[\^~]/, ""), cpu: [cpu], optional: true, os: [os] };
      missing[`node_modules/${name}`] = dev ? { ...entry, dev } : entry;
    }
  }
  return missing;
}

/** Whether Node.js would find `name` from the package at `from`: beside it, or further up. */
function isFound(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))) {
    if (packages[`${folder === "" ? "" : `${folder}/`}node_modules/${name}`]) return true;
    if (folder === "") return false;
  }
}

module.exports = { missingPackages };

if (require.main === module) {
  const file = path.join(__dirname, "..", "package-lock.json");
  const lock = JSON.parse(fs.readFileSync(file, "utf8"));
  const missing = missingPackages(lock.packages);
  const packages = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1));
  fs.writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
  console.log(`package-lock.json: added ${Object.keys(missing).length}`);
}
