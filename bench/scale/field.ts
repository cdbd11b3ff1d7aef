import { sweepDeadTestStacks } from "../../tests/support/sweep";
import { BareContender } from "./bare-pulumi";
import { Compose } from "./compose";
import type { Contender, ContenderName, Wanted } from "./contender";
import { Evenkeel } from "./evenkeel";
import { Swarm } from "./swarm";
import { templateFrom } from "./template";

/** What every round begins and ends with. */
export const settled: Wanted = { replicas: 3, revision: 0 };

/** The contenders, each with its three replicas up. */
export class Field {
  private readonly placed: Contender[] = [];
  /** Evenkeel's own stack: there in any case, for the others run what it runs. */
  evenkeel!: Evenkeel;

  private constructor(private readonly names: readonly ContenderName[]) {}

  /** Brings up Evenkeel, whose replica is the model, and the named ones beside it. Whoever is interrupted leaves nothing. */
  static async set(
    names: readonly ContenderName[],
    say: (line: string) => void,
    interrupted: AbortSignal,
  ): Promise<Field> {
    const field = new Field(names);
    try {
      await sweepDeadTestStacks();
      say("brings up evenkeel, whose image and health check the others take");
      field.placed.push((field.evenkeel = await Evenkeel.start(settled)));
      const template = await templateFrom((await field.evenkeel.service.ids())[0]!);
      const starts = { compose: Compose, swarm: Swarm, pulumi: BareContender };
      for (const name of ["compose", "swarm", "pulumi"] as const) {
        interrupted.throwIfAborted();
        if (!names.includes(name)) continue;
        say(`brings up ${name}`);
        field.placed.push(await starts[name].start(template, settled));
      }
      return field;
    } catch (error) {
      await field.clear();
      throw error;
    }
  }

  /** Those that are measured. */
  get contenders(): readonly Contender[] {
    return this.placed.filter(({ name }) => this.names.includes(name as ContenderName));
  }

  async clear(): Promise<void> {
    // Others first: they use Evenkeel's image.
    for (const contender of [...this.placed].reverse()) await contender.remove();
    this.placed.length = 0;
  }
}
