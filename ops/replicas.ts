import { EngineClient } from "./engine";

/** Short names of a stack's replicas as the engine has them ("app-1a2b3c4d-1"), by service and in order. */
export async function replicaNames(
  engine: EngineClient,
  project: string,
  stack: string,
): Promise<{ app: string[]; worker: string[] }> {
  const prefix = `${project}-${stack}-`;
  const names = (await engine.objectsOf(project, stack))
    .filter(({ kind, name }) => kind === "container" && name.startsWith(prefix))
    .map(({ name }) => name.slice(prefix.length));
  return {
    app: names.filter((name) => /^app-[0-9a-f]{8}-\d+$/.test(name)),
    worker: names.filter((name) => /^worker-[0-9a-f]{8}-\d+$/.test(name)),
  };
}
