import * as docker from "@pulumi/docker";

import { Limits } from "./config";
import { defaultPeriod } from "./cpu-quota";

/**
 * Back after a crash, and with the engine. Not "unless-stopped": an engine that was killed stops what it finds running at its next
 * start, takes that for a person's wish, and starts none of it (seen with 20.10 and 26.1).
 */
export const restartPolicy = "always";

/**
 * What every container of a stack has in common for safety: no capability, no way to gain privileges, nothing to
 * write but its volumes, a memory limit without swap, a CPU limit, bounded logs. `tests/e2e` reads it back from the
 * engine. There is no PID limit because the provider has none.
 *
 * `memorySwap` equals `memory`: unset, the engine picks a value and every preview shows a difference.
 *
 * @param cpu how the CPU limit is given: the engine refuses a `limit` of more cores than its host has ("Range of CPUs is from
 *   0.01 to 1.00"), and takes a `quota` of any size
 */
export function baseline(limits: Limits, cpu: "limit" | "quota" = "limit") {
  return {
    readOnly: true,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    privileged: false,
    memory: limits.memoryMiB,
    memorySwap: limits.memoryMiB,
    ...(cpu === "limit"
      ? { cpus: cpusText(limits.cpus) }
      : { cpuPeriod: defaultPeriod, cpuQuota: limits.cpus * defaultPeriod }),
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "3" },
    restart: restartPolicy,
  } satisfies Partial<docker.ContainerArgs>;
}

/**
 * A CPU limit in the form in which the provider reads it back ("2" as "2.0", "10" as "10."), so that a refresh shows no
 * difference. The form is that of `nanoInt64ToDecimalString` in terraform-provider-docker, which rounds a few values
 * (10.05 to 10.1): those stay as they are.
 */
export function cpusText(cpus: number): string {
  const digits = cpus.toFixed(9);
  const text = digits.split("0").length - 1 === 9 ? cpus.toFixed(1) : digits.replace(/0+$/, "");
  return Number(text) === cpus ? text : String(cpus);
}
