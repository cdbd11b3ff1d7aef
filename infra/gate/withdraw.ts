import { Docker } from "../docker";
import { Asked } from "./asked";
import { Replica } from "./replica";

export const wasHealthy = (before: readonly Replica[], name: string) =>
  before.some((replica) => replica.name === name && replica.status === "running" && replica.health === "healthy");

/** Those of another revision that serve. */
export const othersOf = ({ request: { revision }, before }: Asked) =>
  before.filter((replica) => replica.revision !== revision && replica.status === "running");

/**
 * The replicas that leave when the release is bad: the new ones, where others serve. Where those others are too few, as in the middle of
 * a roll in batches, the new ones that batches before found good serve on.
 */
export function leaversOf(asked: Asked): readonly string[] {
  const { request, before } = asked;
  const others = othersOf(asked).length;
  if (others === 0) return [];
  return others >= request.wanted ? request.replicas : request.replicas.filter((name) => !wasHealthy(before, name));
}

/** How often it is seen to that they stay stopped: whoever watches over replicas may just be starting a hung one anew. */
const rounds = 3;

/** Stops replicas, each in its own time. They stay for a look at them, and do not come back with the engine. */
export async function withdraw(docker: Docker, names: readonly string[], graceSeconds: number): Promise<void> {
  let running = names;
  for (let round = 0; round < rounds && running.length > 0; round++) {
    await docker.run("stop", "--time", String(graceSeconds), ...running).catch(() => undefined);
    await docker.run("update", "--restart", "no", ...names).catch(() => undefined);
    const state = await docker.run("inspect", "--format", "{{.State.Running}} {{.Name}}", ...names).catch(() => "");
    running = names.filter((name) => state.includes(`true /${name}\n`));
  }
}
