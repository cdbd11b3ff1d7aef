// Parts of Pulumi's SDK that it loads at start and this program never uses: the Automation API, what it serialises functions
// with (TypeScript's compiler, npm's dependency solver, V8's inspector), what it sends traces with, and the maps of its own
// sources. They cost more time than all the rest of the SDK.
const Module = require("node:module");

/** The file that asks, below @pulumi/pulumi -> what it asks for. */
const unused = {
  "cmd/run/index.js": ["source-map-support/register"],
  "cmd/run/tracing.js": [
    "@opentelemetry/exporter-zipkin",
    "@opentelemetry/instrumentation",
    "@opentelemetry/instrumentation-grpc",
    "@opentelemetry/resources",
    "@opentelemetry/sdk-trace-base",
    "@opentelemetry/sdk-trace-node",
  ],
  "index.js": ["./automation", "./dynamic", "./provider"],
  "runtime/closure/codePaths.js": ["@npmcli/arborist", "normalize-package-data"],
  "runtime/closure/parseFunction.js": ["../../typescript-shim"],
};

/**
 * Loads these parts when something of them is used, instead of at start. A part that an SDK does not have is no error. To be
 * called before anything of the SDK is loaded: what came before stays.
 */
function install() {
  const load = Module._load;
  Module._load = function (request, parent, isMain) {
    const file = fileOfSdk(parent?.filename);
    if (file === undefined) return load.call(this, request, parent, isMain);
    const part = () => load.call(this, request, parent, isMain);
    if (request.endsWith("/closure/v8Hooks") && file === "cmd/run/index.js") return withoutInspector(part);
    return isUnused(request, file) ? lazily(part) : part();
  };
}

/** Where a file lies in the SDK; undefined outside of it. */
function fileOfSdk(filename) {
  return filename?.replaceAll("\\", "/").split("/node_modules/@pulumi/pulumi/")[1];
}

function isUnused(request, file) {
  return Object.hasOwn(unused, file) && unused[file].includes(request);
}

/**
 * Stands in for runtime/closure/v8Hooks where a program is started: the SDK attaches V8's inspector and waits for it. It tells of
 * every script that is loaded, and makes each exception search all promises for a handler. Who serialises a function attaches it then.
 */
function withoutInspector(load) {
  return lazily(load, { isInitializedAsync: () => Promise.resolve() });
}

/** Stands in for a module; the first look at any of its exports loads it, but for those that are given. */
function lazily(load, given = {}) {
  let loaded;
  const get = () => (loaded ??= load());
  return new Proxy(function standIn() {}, {
    get(_, key) {
      // TypeScript's `import * as` copies a module at once unless it says it is one of TypeScript's own.
      if (key === "__esModule") return true;
      if (Object.hasOwn(given, key)) return given[key];
      return key === "default" && !get().__esModule ? get() : get()[key];
    },
    has: (_, key) => key === "__esModule" || key in get(),
    apply: (_, self, args) => Reflect.apply(get(), self, args),
    construct: (_, args) => Reflect.construct(get(), args),
  });
}

module.exports = { install };
