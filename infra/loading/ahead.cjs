// What takes Pulumi time that this program need not wait for: it asks, and goes on loading and working meanwhile.
const pulumi = require("@pulumi/pulumi");
const { ResourceInvokeRequest } = require("@pulumi/pulumi/proto/resource_pb");
const { setImmediate: turn } = require("node:timers/promises");

/** Turns of the event loop after which a request has left the process, what SDK and gRPC do before included. Thirty made no difference. */
const sent = 10;

/**
 * Asks for the stack's own outputs.
 *
 * @returns a reference to the stack itself, whose answer is on its way
 */
async function askForOutputs() {
  const stack = new pulumi.StackReference([pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/"));
  await turns();
  return stack;
}

/**
 * Has the providers started, which the CLI does one after the other and otherwise when the first of their resources comes: after all of
 * the program has run. Not before the outputs are there: in a new stack it writes the providers into the state, and a state in a folder is
 * not always whole to who reads it meanwhile ("failed to load checkpoint: EOF", seen; Pulumi.yaml).
 */
async function startProviders(stack) {
  await stack.getOutputDetails("releases");
  for (const name of ["docker", "random"]) startProvider(name, require(`@pulumi/${name}/package.json`).version);
  await turns();
}

/** Asks a provider, of the version its resources will ask for, for a function that it does not have: it has to be there to say no. */
function startProvider(name, version) {
  const request = new ResourceInvokeRequest();
  request.setTok(`${name}:index/evenkeel:start`);
  request.setVersion(version);
  pulumi.runtime.getMonitor().invoke(request, () => {});
}

async function turns() {
  for (let i = 0; i < sent; i++) await turn();
}

module.exports = { askForOutputs, startProviders };
