import { EngineClient, EngineObject } from "./engine";

/** The part of an exported Pulumi state that tells what a killed run was doing. */
export interface DeploymentState {
  readonly resources?: readonly { readonly id?: string }[];
  readonly pending_operations?: readonly {
    readonly type: string;
    readonly resource: { readonly type: string; readonly inputs?: { readonly name?: unknown } };
  }[];
}

const kinds: Readonly<Record<string, EngineObject["kind"]>> = {
  "docker:index/container:Container": "container",
  "docker:index/network:Network": "network",
  "docker:index/volume:Volume": "volume",
};

/** Docker objects that a killed run had begun to create. */
export function unfinishedCreates(state: DeploymentState): Pick<EngineObject, "kind" | "name">[] {
  return (state.pending_operations ?? []).flatMap(({ type, resource }) => {
    const kind = kinds[resource.type];
    const name = resource.inputs?.name;
    return type === "creating" && kind && typeof name === "string" ? [{ kind, name }] : [];
  });
}

/**
 * Removes what a killed run created and did not write down, so that the next one can create it. Only objects with the
 * stack's labels are touched, and a volume never is: creating one that exists is no error, and it may hold data. A container
 * may have come up meanwhile, and a replica serves then: it is stopped first, with its drain.
 *
 * @returns the names of what was removed
 */
export async function removeUnfinished(
  engine: EngineClient,
  state: DeploymentState,
  project: string,
  stack: string,
): Promise<string[]> {
  const unfinished = unfinishedCreates(state).filter(({ kind }) => kind !== "volume");
  if (unfinished.length === 0) return [];
  // Pulumi keeps naming an interrupted creation after a later update has done it: what the state knows stays.
  const known = new Set((state.resources ?? []).map(({ id }) => id));
  const objects = (await engine.objectsOf(project, stack)).filter(({ id }) => !known.has(id));
  const left = objects.filter((object) =>
    unfinished.some(({ kind, name }) => kind === object.kind && name === object.name),
  );
  await engine.stop(left.filter(({ kind }) => kind === "container"));
  for (const object of left) await engine.remove(object);
  return left.map(({ name }) => name);
}
