import { request } from "node:http";

import { docker } from "./docker";

/** The part of a container's definition that a remake changes; the engine's own names. */
export interface Definition {
  Image: string;
  Env: string[];
  Labels: Record<string, string>;
  Cmd: string[];
  User: string;
  Healthcheck: { Test: string[] };
  readonly HostConfig: Record<string, unknown>;
}

/**
 * Does what a person, or a tool that "keeps containers fresh", does to a container: removes it and makes another of the same name,
 * which is in no state. Through the engine's API, because that takes a definition as `docker inspect` gives it.
 *
 * @param change edits the definition. @default the same again
 */
export async function remake(name: string, change: (definition: Definition) => void = () => undefined): Promise<void> {
  const [before] = JSON.parse(await docker("inspect", "--type", "container", name)) as {
    Config: Definition;
    HostConfig: Record<string, unknown>;
    NetworkSettings: { Networks: Record<string, { Aliases: string[] | null }> };
  }[];
  const definition = { ...before!.Config, HostConfig: before!.HostConfig };
  change(definition);
  const networks = Object.entries(before!.NetworkSettings.Networks).map(([network, { Aliases }]) => ({
    network,
    aliases: (Aliases ?? []).filter((alias) => !/^[0-9a-f]{12}$/.test(alias)),
  }));
  await docker("rm", "--force", name);
  await post(`/containers/create?name=${name}`, { ...definition, Hostname: undefined });
  await docker("network", "disconnect", "bridge", name).catch(() => undefined);
  for (const { network, aliases } of networks.filter(({ network: one }) => one !== "none")) {
    await docker("network", "connect", ...aliases.flatMap((alias) => ["--alias", alias]), network, name);
  }
  await docker("start", name);
}

function post(path: string, body: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { socketPath: "/var/run/docker.sock", path, method: "POST" };
    const sent = request({ ...options, headers: { "content-type": "application/json" } }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      answer.on("end", () => {
        if ((answer.statusCode ?? 500) < 300) resolve();
        else reject(new Error(`POST ${path} answered ${answer.statusCode}: ${text}`));
      });
    });
    sent.on("error", reject);
    sent.end(JSON.stringify(body));
  });
}
