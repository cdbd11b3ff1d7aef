import { EngineClient } from "../../ops/engine";
import { isProcessAlive } from "../../setup/process-alive";
import { docker } from "./docker";

/** Removes what end-to-end tests left on the engine whose process is gone: they were killed before they could clean up. */
export async function sweepDeadTestStacks(): Promise<void> {
  const engine = new EngineClient();
  for (const stack of await testStacks()) {
    if (isProcessAlive(Number(/^test-(\d+)-/.exec(stack)![1]))) continue;
    for (const object of await engine.objectsOf("evenkeel", stack)) await engine.remove(object);
  }
}

/** Names of the tests' stacks of which the engine has anything. */
async function testStacks(): Promise<Set<string>> {
  const label = '{{.Label "evenkeel.stack"}}';
  const filter = ["--filter", "label=evenkeel.project=evenkeel", "--format", label];
  const lists = await Promise.all([
    docker("ps", "--all", ...filter),
    docker("network", "ls", ...filter),
    docker("volume", "ls", ...filter),
  ]);
  return new Set(lists.flatMap((list) => list.split("\n")).filter((stack) => /^test-\d+-\d+$/.test(stack)));
}
