import { Docker } from "../../infra/docker";
import { labelFilters } from "../../infra/identity";
import { EngineClient, EngineObject } from "../../ops/engine";
import { nameOf, typeOf } from "../../ops/urn";
import { freePort } from "../../setup/free-port";
import { CommandResult, ProjectCopy } from "./project-copy";

/** What a preview says it will do to which resources, by operation and in order of their names. */
export type Plan = Readonly<Record<string, readonly string[]>>;

let sequence = 0;

/** A stack of its own for a test: own name, own port, own state. */
export class TestStack {
  readonly name: string;
  private readonly engine = new EngineClient();

  private constructor(
    readonly project: ProjectCopy,
    name: string,
    readonly port: number,
  ) {
    this.name = name;
  }

  /** @param settings beyond the port: key -> value */
  static async make(project: ProjectCopy, settings: Readonly<Record<string, string>> = {}): Promise<TestStack> {
    const stack = new TestStack(project, `test-${process.pid}-${++sequence}`, await freePort());
    await project.expectPulumi("stack", "init", stack.name);
    for (const [key, value] of Object.entries({
      httpPort: String(stack.port),
      // A test says when it is about the bake.
      bakeSeconds: "1",
      ...settings,
    }))
      await stack.set(key, value);
    return stack;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async set(key: string, value: string): Promise<void> {
    await this.project.expectPulumi("config", "set", "--stack", this.name, key, "--", value);
  }

  async unset(key: string): Promise<void> {
    await this.project.expectPulumi("config", "rm", "--stack", this.name, key);
  }

  up(...args: string[]): Promise<string> {
    return this.project.expectPulumi("up", "--stack", this.name, "--yes", "--skip-preview", ...args);
  }

  tryUp(...args: string[]): Promise<CommandResult> {
    return this.project.pulumi("up", "--stack", this.name, "--yes", "--skip-preview", ...args);
  }

  tryPreview(): Promise<CommandResult> {
    return this.project.pulumi("preview", "--stack", this.name);
  }

  /** What a preview would do to resources of providers, as names by operation. */
  async plan(...args: string[]): Promise<Plan> {
    const text = await this.project.expectPulumi("preview", "--stack", this.name, "--json", ...args);
    const { steps } = JSON.parse(text) as { steps: { op: string; urn: string }[] };
    const plan: Record<string, string[]> = {};
    for (const { op, urn } of steps) {
      const own = typeOf(urn);
      // A look at the engine is no change.
      if (op === "same" || op === "refresh" || /^(evenkeel:infra|pulumi:pulumi)/.test(own)) continue;
      (plan[op] ??= []).push(`${own.split(":").pop()} ${nameOf(urn)}`);
    }
    for (const names of Object.values(plan)) names.sort();
    return plan;
  }

  async output(name: string): Promise<string> {
    return (await this.project.expectPulumi("stack", "output", "--stack", this.name, name)).trim();
  }

  /** Containers of the stack by full name, with their ids. */
  async containers(): Promise<Map<string, string>> {
    const objects = await this.objects();
    return new Map(objects.filter(({ kind }) => kind === "container").map(({ name, id }) => [name, id]));
  }

  /** Containers of one service ("app"), by full name. */
  async containersOf(service: string): Promise<Map<string, string>> {
    const prefix = `evenkeel-${this.name}-${service}`;
    return new Map([...(await this.containers())].filter(([name]) => name === prefix || name.startsWith(`${prefix}-`)));
  }

  /** Names of the containers of one service that run. */
  async runningOf(service: string): Promise<string[]> {
    const filters = labelFilters({ project: "evenkeel", stack: this.name }, service);
    return (await new Docker().run("ps", ...filters, "--format", "{{.Names}}")).split("\n").filter(Boolean).sort();
  }

  /** Names of the stack's images, which hold their content's hash. */
  async images(): Promise<string[]> {
    return (await this.objects())
      .filter(({ kind }) => kind === "image")
      .map(({ name }) => name)
      .sort();
  }

  objects(): Promise<EngineObject[]> {
    return this.engine.objectsOf("evenkeel", this.name);
  }

  destroy(): Promise<string> {
    return this.project.expectPulumi("destroy", "--stack", this.name, "--yes", "--skip-preview");
  }

  /** Destroys the stack and, whatever became of that, everything that carries its labels. */
  async cleanUp(): Promise<void> {
    await this.project.pulumi("cancel", "--stack", this.name, "--yes");
    await this.project.pulumi("destroy", "--stack", this.name, "--yes", "--skip-preview");
    for (const object of await this.objects()) await this.engine.remove(object);
  }
}
