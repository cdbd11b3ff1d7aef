import { Stack } from "@pulumi/pulumi/automation";

import { Docker } from "../../infra/docker";
import { Identity } from "../../infra/identity";
import { repairVariable, writeRepairStep } from "../../infra/repair-step";
import { SetupError } from "../../setup/errors";
import { changeMessage } from "../change-message";
import { update } from "../update";
import { nameOf, typeOf } from "../urn";
import { decideRepair, RepairAction } from "./decide";
import { DeclaredStack } from "./declared";
import { Finding } from "./finding";
import { declaredNow, Look, lookAt } from "./look";
import { deployedRelease } from "./urns";

export interface RepairOptions {
  readonly stack: Stack;
  readonly docker: Docker;
  readonly identity: Identity;
  /** Whether what serves everyone may be stopped and made anew. */
  readonly allowInterruption: boolean;
  /** Takes what is being done, as it changes. */
  readonly say: (line: string) => void;
  readonly interrupted: AbortSignal;
}

/** What a repair came to. */
export interface RepairResult {
  /** What was found before it. */
  readonly before: readonly Finding[];
  /** What is still found after it. */
  readonly left: readonly Finding[];
}

/** How long a look waits for what the step before has set going: a replica's start on a busy machine. In seconds. */
const patienceSeconds = 15;

/**
 * Brings exactly the drifted parts of a stack back, step by step, with a look at what there is after each. Where nothing more can be
 * done, or a step has changed nothing, it ends with what is left.
 *
 * @throws SetupError when an update was interrupted, and when the folder would deploy something else than what is deployed
 */
export async function repair(options: RepairOptions): Promise<RepairResult> {
  const { stack, docker, identity, allowInterruption, say, interrupted } = options;
  const look = async (declared: DeclaredStack) => lookAt(declared, docker, identity, patienceSeconds);
  const first = await look(await declaredNow(stack));
  requireFinished(first);
  const seen = new Set<string>();
  const restarted = new Set<string>();
  const done = new Set<string>();
  let checked = false;
  for (let now = first; ;) {
    interrupted.throwIfAborted();
    const action = decideRepair(now, identity, { allowInterruption, restarted, done });
    const state = JSON.stringify([action?.title, now.findings]);
    if (action === undefined || seen.has(state)) return { before: first.findings, left: now.findings };
    seen.add(state);
    say(action.title);
    const updates = action.targets.length > 0;
    if (updates && !checked) await inRepair(stack, now, action, () => requireAsDeployed(stack, action));
    checked ||= updates;
    for (const name of action.restarts) restarted.add(name);
    for (const command of action.commands) {
      interrupted.throwIfAborted();
      await docker.run(...command);
      done.add(command.join(" "));
    }
    if (updates) await inRepair(stack, now, action, () => updateTargets(stack, now, action, say));
    now = await look(updates ? await declaredNow(stack) : now.declared);
  }
}

function requireFinished({ declared: { unfinished } }: Look): void {
  if (unfinished.length === 0) return;
  throw new SetupError({
    action: "repair the stack",
    got: `an update that was interrupted: ${unfinished.join(", ")}`,
    needed: "a stack whose last update ended",
    mend: "npm run up goes on with it; then repair what is left",
  });
}

/** Runs `work` with a program that declares the deployed release and the spare replicas. */
async function inRepair(stack: Stack, { declared }: Look, { spares }: RepairAction, work: () => Promise<void>) {
  const { envVars } = stack.workspace;
  const release = deployedRelease(declared.outputs.releases).id;
  stack.workspace.envVars = { ...envVars, [repairVariable]: writeRepairStep({ release, spares }) };
  try {
    await work();
  } finally {
    stack.workspace.envVars = envVars;
  }
}

/** Only what is named is looked at, made or removed: what may not be touched yet, or differs elsewhere, stays as it is. */
async function updateTargets(
  stack: Stack,
  { declared }: Look,
  { title, targets }: RepairAction,
  say: (line: string) => void,
): Promise<void> {
  const known = new Set(
    [declared.containers, declared.networks, declared.volumes, declared.images].flat().map(({ urn }) => urn),
  );
  await update(
    stack,
    (line) => say(`${title}: ${line}`),
    () => undefined,
    // Pulumi refuses to refresh what its state does not have.
    {
      target: [...targets],
      refresh: targets.every((urn) => known.has(urn)),
      message: changeMessage("npm run drift -- --repair"),
    },
  );
}

/**
 * An update makes what this folder's code and settings say. The app's and the worker's are those of the deployed release; where anything
 * else differs from what is deployed, a repair would be a change too.
 */
async function requireAsDeployed(stack: Stack, { targets }: RepairAction): Promise<void> {
  const others: string[] = [];
  await stack.preview({
    suppressOutputs: true,
    suppressProgress: true,
    onEvent: ({ resourcePreEvent }) => {
      const { op, urn } = resourcePreEvent?.metadata ?? {};
      if (urn === undefined || op === undefined || op === "same" || targets.includes(urn)) return;
      if (!/^(pulumi|evenkeel):/.test(typeOf(urn))) others.push(`${op} ${nameOf(urn)}`);
    },
  });
  if (others.length === 0) return;
  throw new SetupError({
    action: "repair the stack",
    got: `code or settings in this folder that are not deployed: they would also ${others.join(", ")}`,
    needed: "a folder that says what is deployed, so that exactly the drifted parts change",
    mend: "deploy it first (npm run up), or take the edit back; then repair again",
  });
}
