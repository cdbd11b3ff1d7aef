import { Agent, request } from "node:http";

/** A container, as the engine's list tells of it. */
export interface Container {
  readonly name: string;
  readonly state: string;
  readonly health: "starting" | "healthy" | "unhealthy" | "none";
  /** Its address on the edge network; undefined without one. */
  readonly address?: string;
}

/** The parts of `GET /containers/json` (API 1.41) that are read here. */
interface Listed {
  readonly Names: readonly string[];
  readonly State: string;
  /** For people: "Up 3 minutes (healthy)". The list has the health nowhere else. */
  readonly Status: string;
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>> };
}

/** Longer than a restart takes: the engine answers when the container runs again. */
const timeoutMs = 15_000;

/** What the healer may ask of the engine: the list of its stack's replicas, and the restart of one (infra/docker-socket). */
export class Engine {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 2 });

  /** @param socketPath of the view of the engine @param network Docker name of the edge network */
  constructor(
    private readonly socketPath: string,
    private readonly network: string,
  ) {}

  /** The stack's app and worker containers that run or are paused. @throws Error when the engine does not answer */
  async replicas(): Promise<Container[]> {
    const listed = JSON.parse(await this.ask("GET", "/containers/json", 200)) as Listed[];
    return listed.map((one) => ({
      name: one.Names[0]!.slice(1),
      state: one.State,
      health: healthOf(one.Status),
      address: one.NetworkSettings.Networks[this.network]?.IPAddress || undefined,
    }));
  }

  /** Restarts a replica, hung or paused too; resolves when it runs again. @throws Error when the engine refuses or fails */
  async restart(name: string): Promise<void> {
    await this.ask("POST", `/containers/${name}/restart`, 204);
  }

  close(): void {
    this.agent.destroy();
  }

  private ask(method: string, path: string, expected: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${method} ${path}: ${why}`));
      const { socketPath, agent } = this;
      const outgoing = request({ socketPath, agent, method, path, timeout: timeoutMs }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("error", (error) => fail(error.message));
        response.on("end", () =>
          response.statusCode === expected
            ? resolve(text)
            : fail(`the engine answered ${response.statusCode} ${text.trim().slice(0, 200)}`),
        );
      });
      outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      outgoing.on("error", (error) => fail(error.message));
      outgoing.end();
    });
  }
}

/** Reads a container's health out of the engine's sentence: "Up 2 seconds (health: starting)", "Up 4 hours (healthy) (Paused)". */
export function healthOf(status: string): Container["health"] {
  const [, word] = /\((?:health: )?(starting|healthy|unhealthy)\)/.exec(status) ?? [];
  return (word as Container["health"] | undefined) ?? "none";
}
