import { setTimeout as sleep } from "node:timers/promises";

import { Stack } from "@pulumi/pulumi/automation";

import { Docker } from "../../infra/docker";
import { Identity } from "../../infra/identity";
import { DeclaredStack, ExportedDeployment, readDeclaredStack } from "./declared";
import { findDrift } from "./find";
import { Finding } from "./finding";
import { observeStack, ObservedStack } from "./observe";

/** What is declared, what there is, and how the two differ. */
export interface Look {
  readonly declared: DeclaredStack;
  readonly observed: ObservedStack;
  readonly findings: readonly Finding[];
}

/** How often, and at what distance, a look is repeated while something is on its way to where it should be. In seconds. */
const patience = { looks: 6, pauseSeconds: 1 };

/**
 * Looks at a stack. A replica that starts, or that the load balancer has yet to hear of, is given a few seconds: it has not drifted.
 *
 * @throws Error when the engine does not answer
 */
export async function lookAt(stack: Stack, docker: Docker, identity: Identity): Promise<Look> {
  const declared = readDeclaredStack((await stack.exportStack()).deployment as ExportedDeployment);
  for (let left = patience.looks; ; left--) {
    const observed = await observeStack(docker, identity);
    const findings = findDrift(declared, observed);
    if (left <= 1 || !isUnderWay(observed, findings)) return { declared, observed, findings };
    await sleep(patience.pauseSeconds * 1000);
  }
}

function isUnderWay({ containers }: ObservedStack, findings: readonly Finding[]): boolean {
  return (
    containers.some(({ state, health }) => state === "running" && health === "starting") ||
    findings.some(({ kind }) => kind === "not-routed")
  );
}
