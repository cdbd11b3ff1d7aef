import { ProjectCopy } from "../../tests/support/project-copy";
import { TestStack } from "../../tests/support/test-stack";
import type { Contender, Wanted } from "./contender";
import { ServiceEngine } from "./service-engine";
import { sessionTtlSeconds } from "./template";

/** Evenkeel, by plain `pulumi up`. No bake, for no peer has one; no worker, for they run none. */
export class Evenkeel implements Contender {
  readonly name = "evenkeel";

  private constructor(
    private readonly project: ProjectCopy,
    private readonly stack: TestStack,
    readonly service: ServiceEngine,
  ) {}

  static async start(wanted: Wanted): Promise<Evenkeel> {
    const project = await ProjectCopy.make();
    const stack = await TestStack.make(project, { bakeSeconds: "0", workerReplicas: "0" });
    const service = new ServiceEngine({ "evenkeel.stack": stack.name, "evenkeel.service": "app" });
    const evenkeel = new Evenkeel(project, stack, service);
    try {
      await evenkeel.declare(wanted);
      await evenkeel.apply();
      return evenkeel;
    } catch (error) {
      await evenkeel.remove();
      throw error;
    }
  }

  get url(): string {
    return this.stack.url;
  }

  async declare({ replicas, revision }: Wanted): Promise<void> {
    await this.stack.set("replicas", String(replicas));
    await this.stack.set("app.sessionTtlSeconds", String(sessionTtlSeconds(revision)));
  }

  async apply(): Promise<void> {
    await this.stack.up();
  }

  async preview(): Promise<void> {
    await this.project.expectPulumi("preview", "--stack", this.stack.name);
  }

  /** The same stack, as one that goes back to the release before by its declaration: what `npm run rollback` does. */
  goingBack(): Contender {
    return {
      ...{ name: this.name, url: this.url, service: this.service },
      declare: async () => {
        const [, before] = JSON.parse(await this.stack.output("releases")) as string[];
        await this.stack.set("release", before!.split(" ")[0]!);
      },
      apply: () => this.apply(),
      remove: () => this.remove(),
    };
  }

  /** Goes forward again, to what the settings say. */
  async goForward(): Promise<void> {
    await this.stack.unset("release");
    await this.apply();
  }

  async remove(): Promise<void> {
    await this.stack.cleanUp();
    await this.project.remove();
  }
}
