import { spawn } from "node:child_process";

import { execa } from "execa";

/** Something that happened to a container. */
export interface ContainerEvent {
  /** By the engine's clock, in milliseconds of the day's clock. */
  readonly at: number;
  readonly id: string;
  /** The engine's word: "create", "start", "health_status: healthy", "die". */
  readonly what: string;
}

/** The containers of one service on an engine. */
export class ServiceEngine {
  private readonly host: readonly string[];
  private readonly filters: readonly string[];

  /**
   * @param labels what the service's containers carry
   * @param address of the engine. @default DOCKER_HOST, else the local one
   */
  constructor(labels: Readonly<Record<string, string>>, address?: string) {
    this.host = address ? ["--host", address] : [];
    this.filters = Object.entries(labels).flatMap(([key, value]) => ["--filter", `label=${key}=${value}`]);
  }

  /** How many run, and how many of those are healthy. */
  async count(): Promise<{ running: number; healthy: number }> {
    const { stdout } = await execa("docker", [...this.host, "ps", ...this.filters, "--format", "{{.Status}}"]);
    const lines = stdout.split("\n").filter(Boolean);
    return { running: lines.length, healthy: lines.filter((line) => line.includes("(healthy)")).length };
  }

  /** Ids of those that run. */
  async ids(): Promise<string[]> {
    const { stdout } = await execa("docker", [...this.host, "ps", "--quiet", "--no-trunc", ...this.filters]);
    return stdout.split("\n").filter(Boolean);
  }

  /** Gathers what happens to them from now on; the result of the call it returns ends that. */
  follow(): () => readonly ContainerEvent[] {
    const events: ContainerEvent[] = [];
    const kinds = ["create", "start", "health_status", "die"].flatMap((event) => ["--filter", `event=${event}`]);
    const since = (Date.now() / 1000).toFixed(3);
    const child = spawn(
      "docker",
      [...this.host, "events", "--since", since, ...this.filters, ...kinds, "--format", "{{json .}}"],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    let rest = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        const { id, status, timeNano } = JSON.parse(line) as { id: string; status: string; timeNano: number };
        events.push({ id, what: status, at: timeNano / 1e6 });
      }
    });
    return () => {
      child.kill();
      return events;
    };
  }
}
