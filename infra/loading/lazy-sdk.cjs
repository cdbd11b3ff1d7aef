// Parts of Pulumi's SDK that it loads at start and this program never uses: the Automation API, and what it serialises
// functions with (TypeScript's compiler, npm's dependency solver). They cost more time than all the rest of the SDK.
const Module = require("node:module");

/** The file that asks, below @pulumi/pulumi -> what it asks for. */
const unused = {
  "index.js": ["./automation", "./dynamic", "./provider"],
  "runtime/closure/codePaths.js": ["@npmcli/arborist", "normalize-package-data"],
  "runtime/closure/parseFunction.js": ["../../typescript-shim"],
};

/** Loads these parts when something of them is used, instead of at start. A part that an SDK does not have is no error. */
function install() {
  const load = Module._load;
  Module._load = function (request, parent, isMain) {
    if (!isUnused(request, parent?.filename)) return load.call(this, request, parent, isMain);
    return lazily(() => load.call(this, request, parent, isMain));
  };
}

function isUnused(request, filename) {
  const file = filename?.replaceAll("\\", "/").split("/node_modules/@pulumi/pulumi/")[1];
  return file !== undefined && Object.hasOwn(unused, file) && unused[file].includes(request);
}

/** Stands in for a module; the first look at any of its exports loads it. */
function lazily(load) {
  let loaded;
  const get = () => (loaded ??= load());
  return new Proxy(function standIn() {}, {
    // TypeScript's `import * as` copies a module at once unless it says it is one of TypeScript's own.
    get: (_, key) => (key === "__esModule" ? true : key === "default" && !get().__esModule ? get() : get()[key]),
    has: (_, key) => key === "__esModule" || key in get(),
    apply: (_, self, args) => Reflect.apply(get(), self, args),
    construct: (_, args) => Reflect.construct(get(), args),
  });
}

module.exports = { install, isUnused, lazily };
