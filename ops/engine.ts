import { Docker } from "../infra/docker";
import { labelFilters } from "../infra/identity";

/** A container, network, volume or image of a stack, as the engine has it. */
export interface EngineObject {
  readonly kind: "container" | "network" | "volume" | "image";
  readonly id: string;
  readonly name: string;
}

/** The engine a stack lives on, asked through the docker command. */
export class EngineClient {
  private readonly docker: Docker;

  /** @param host the engine's address (`unix://`, `ssh://`, `tcp://`). @default DOCKER_HOST, else the local socket */
  constructor(host?: string) {
    this.docker = new Docker(host);
  }

  /** Everything that carries the stack's labels; containers first, in the order it can be removed in. */
  async objectsOf(project: string, stack: string): Promise<EngineObject[]> {
    const filters = labelFilters({ project, stack });
    const lists = await Promise.all([
      this.list("container", ["ps", "--all", "--no-trunc", ...filters, "--format", "{{.ID}}\t{{.Names}}"]),
      this.list("network", ["network", "ls", "--no-trunc", ...filters, "--format", "{{.ID}}\t{{.Name}}"]),
      this.list("volume", ["volume", "ls", ...filters, "--format", "{{.Name}}\t{{.Name}}"]),
      this.list("image", [
        "images",
        "--no-trunc",
        ...filters,
        "--format",
        "{{.Repository}}:{{.Tag}}\t{{.Repository}}:{{.Tag}}",
      ]),
    ]);
    return lists.flat();
  }

  /** Stops containers side by side, each in its own time: a replica drains. */
  async stop(containers: readonly EngineObject[]): Promise<void> {
    if (containers.length > 0) await this.docker.run("stop", ...containers.map(({ id }) => id));
  }

  async remove({ kind, id }: EngineObject): Promise<void> {
    const command = {
      container: ["rm", "--force"],
      network: ["network", "rm"],
      volume: ["volume", "rm"],
      image: ["rmi", "--force"],
    };
    await this.docker.run(...command[kind], id);
  }

  /** Removes the images that setup made stacks from; one that a container still uses stays. */
  async removeBaseImages(): Promise<void> {
    const out = await this.docker.run("images", "--quiet", "--no-trunc", "--filter", "label=evenkeel.base");
    const ids = [...new Set(out.split("\n").filter(Boolean))];
    if (ids.length > 0) await this.docker.run("rmi", "--force", ...ids);
  }

  /** Names of the running containers that hold a host port, for a message. */
  async publishersOf(port: number): Promise<string[]> {
    const out = await this.docker.run("ps", "--filter", `publish=${port}`, "--format", "{{.Names}}");
    return out.split("\n").filter(Boolean);
  }

  private async list(kind: EngineObject["kind"], args: string[]): Promise<EngineObject[]> {
    const out = await this.docker.run(...args);
    return out
      .split("\n")
      .filter((line) => line && !line.startsWith("<none>"))
      .map((line) => line.split("\t"))
      .map(([id, name]) => ({ kind, id: id!, name: name! }))
      .sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  }
}
