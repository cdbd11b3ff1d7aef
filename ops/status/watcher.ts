import { Docker } from "../../infra/docker";
import { Home } from "../../setup/home";
import { SetupError } from "../../setup/errors";
import { configuredDockerHost } from "../docker-host";
import { openExistingStack, projectName } from "../stack";
import { look, Observation } from "./look";
import { changeUnderWay, declaredStack, remembered } from "./pulumi";

/** Seconds until the engine's answer is given up: a status that waits for a dead engine tells nothing. */
const engineTimeout = 15;

/** Seconds for which a look goes by what Pulumi said before. That a change began or ended is noticed at once, by its lock. */
const declaredHolds = 10;

/** Looks at one stack, once or again and again. */
export class Watcher {
  private readonly opened;
  private readonly declared;
  private changingSince?: string;

  private constructor(
    private readonly stack: string,
    private readonly home: Home,
    private readonly docker: Docker,
  ) {
    this.opened = openExistingStack({ name: stack, home });
    // Who looks says what became of it.
    this.opened.catch(() => undefined);
    this.declared = remembered(async () => declaredStack(await this.opened), declaredHolds);
  }

  static async of(stack: string, home: Home): Promise<Watcher> {
    return new Watcher(stack, home, new Docker(await configuredDockerHost(stack), engineTimeout));
  }

  /**
   * Looks once; a part that can't be asked says why.
   *
   * @param say takes what is asked
   * @throws SetupError when there is no such stack, or neither the engine nor Pulumi answers
   */
  async look(say: (line: string) => void): Promise<Observation> {
    const underWay = await changeUnderWay(this.home, this.stack);
    // Pulumi writes the state before it lets go of the lock.
    if (underWay?.since !== this.changingSince) this.declared.forget();
    this.changingSince = underWay?.since;
    const [observation] = await Promise.all([
      look({
        identity: { project: projectName, stack: this.stack },
        docker: this.docker,
        declared: () => this.declared.get(),
        underWay,
        say,
      }),
      this.requireStack(),
    ]);
    return requireAnything(observation);
  }

  /** Another failure than a stack that is not there is told beside what can be seen. */
  private async requireStack(): Promise<void> {
    await this.opened.catch((error: unknown) => {
      if (error instanceof SetupError) throw error;
    });
  }
}

function requireAnything(observation: Observation): Observation {
  const { containers, declared } = observation;
  if (!("problem" in containers && "problem" in declared)) return observation;
  throw new SetupError({
    action: "look at the stack",
    got: `${containers.problem}\n          ${declared.problem}`,
    needed: "an engine that answers, or Pulumi with the stack's state",
    mend: "npm run setup",
  });
}
