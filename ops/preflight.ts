import { createServer } from "node:net";

import { SetupError } from "../setup/errors";
import { EngineClient } from "./engine";

/** A host port a stack is about to publish, and the setting that names it. */
export interface WantedPort {
  readonly port: number;
  readonly setting: "httpPort" | "dashboardPort";
  readonly host: "0.0.0.0" | "127.0.0.1";
}

/**
 * Fails before anything is made when a port the stack wants is in use by something else.
 *
 * @throws SetupError naming the port, who has it (when it is a container) and the setting that chooses another
 */
export async function requireFreePorts(wanted: readonly WantedPort[], engine: EngineClient): Promise<void> {
  for (const { port, setting, host } of wanted) {
    if (await isFree(port, host)) continue;
    const containers = await engine.publishersOf(port);
    const owner = containers.length > 0 ? `container ${containers.join(", ")}` : "another program";
    const choice = port + 10 <= 65535 ? port + 10 : port - 10;
    throw new SetupError({
      action: "publish the stack",
      got: `port ${port} is taken by ${owner}`,
      needed: `a free port for ${setting}`,
      mend: `stop it, or choose another port: . ./.envrc && pulumi config set ${setting} ${choice}`,
    });
  }
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
