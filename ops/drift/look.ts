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

/** Pause between two looks at what is on its way. In seconds. */
const pauseSeconds = 1;

/** What the state of a stack declares now. */
export async function declaredNow(stack: Stack): Promise<DeclaredStack> {
  return readDeclaredStack((await stack.exportStack()).deployment as ExportedDeployment);
}

/**
 * Looks at a stack. A replica that starts, or that the load balancer has yet to hear of, is given some time: it has not drifted.
 *
 * @param patienceSeconds how long it waits for what is on its way
 * @throws Error when the engine does not answer
 */
export async function lookAt(
  declared: DeclaredStack,
  docker: Docker,
  identity: Identity,
  patienceSeconds: number,
): Promise<Look> {
  const until = Date.now() + patienceSeconds * 1000;
  for (;;) {
    const observed = await observeStack(docker, identity);
    const findings = findDrift(declared, observed);
    if (Date.now() > until || !isUnderWay(observed, findings)) return { declared, observed, findings };
    await sleep(pauseSeconds * 1000);
  }
}

/** What is to be made anew in any case is not waited for. */
function isUnderWay({ containers }: ObservedStack, findings: readonly Finding[]): boolean {
  const remade = new Set(findings.filter(({ remedy }) => remedy === "remake").map(({ object }) => object));
  return (
    containers.some(({ name, state, health }) => state === "running" && health === "starting" && !remade.has(name)) ||
    findings.some(({ remedy, object }) => remedy === "restart" && !remade.has(object))
  );
}
