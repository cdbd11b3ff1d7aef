import type { Observation } from "./decide";
import type { Container } from "./engine";

interface Remembered {
  failures: number;
  phase?: string;
  readonly restarts: number[];
}

/** What the healer remembers of each replica between two looks. A healer that starts anew has seen nothing fail. */
export class Memory {
  private readonly replicas = new Map<string, Remembered>();

  /**
   * Takes in one look at all replicas; forgets those that are gone.
   *
   * @param answers name -> what its process said; undefined for silence
   */
  observe(containers: readonly Container[], answers: ReadonlyMap<string, string | undefined>): Observation[] {
    const names = new Set(containers.map(({ name }) => name));
    for (const name of this.replicas.keys()) if (!names.has(name)) this.replicas.delete(name);
    return containers.map((container) => {
      const { name, state, health, address } = container;
      const memory = this.remembered(name);
      const answer = answers.get(name);
      if (answer !== undefined || isNew(container)) {
        memory.failures = 0;
        memory.phase = answer;
      } else {
        memory.failures++;
      }
      const { failures, phase, restarts } = memory;
      return { name, state, health, reachable: address !== undefined, failures, phase, restarts };
    });
  }

  restarted(name: string, at: number): void {
    this.remembered(name).restarts.push(at);
  }

  private remembered(name: string): Remembered {
    const known = this.replicas.get(name) ?? { failures: 0, restarts: [] };
    this.replicas.set(name, known);
    return known;
  }
}

/** Whether it is another process than the one seen before, or none: what was seen of that one says nothing of it. */
function isNew({ state, health }: Container): boolean {
  return health === "starting" || (state !== "running" && state !== "paused");
}
