import * as docker from "@pulumi/docker";

import { Limits } from "./config";

/**
 * What every container of a stack has in common for safety: no capability, no way to gain privileges, nothing to
 * write but its volumes, a memory limit without swap, a CPU limit, bounded logs. `tests/e2e` reads it back from the
 * engine. There is no PID limit because the provider has none.
 *
 * `memorySwap` equals `memory`: unset, the engine picks a value and every preview shows a difference.
 */
export function baseline(limits: Limits) {
  return {
    readOnly: true,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    privileged: false,
    memory: limits.memoryMiB,
    memorySwap: limits.memoryMiB,
    cpus: String(limits.cpus),
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "3" },
    // A crash or an engine restart brings the container back. `docker stop` and `docker kill` count as a person's wish.
    restart: "unless-stopped",
  } satisfies Partial<docker.ContainerArgs>;
}
