import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime";

import { attended } from "./attended";
import { readSettings, Settings, settingsOf } from "./config";
import { readDeclared } from "./declared";
import { Docker } from "./docker";
import { gateOf } from "./gate/gate";
import { paceOf } from "./gate/pace";
import { GateRequest } from "./gate/request";
import { dockerName } from "./identity";
import { readRepairStep, repairVariable } from "./repair-step";
import { readRollStep, rollVariable } from "./roll";
import { SettingsError } from "./settings-error";
import { createStack } from "./stack";

const identity = { project: pulumi.getProject(), stack: pulumi.getStack() };
const engineHost = new pulumi.Config("docker").get("host") ?? process.env.DOCKER_HOST;

const docker = new Docker(engineHost);

const openGate = gateOf({
  ...{ docker, identity },
  balancer: dockerName(identity, "traefik"),
  say: (line) => void pulumi.log.info(line),
  attended,
});

/** The program. `stack` is a reference to the stack itself. */
export = async (stack: pulumi.StackReference) => {
  try {
    const settings: Settings = readSettings(settingsOf(identity.project, allConfig()));
    const declared = await readDeclared(stack);
    const repair = readRepairStep(process.env[repairVariable]);
    return createStack({
      ...{ identity, settings, engineHost, declared, repair },
      roll: readRollStep(process.env[rollVariable]),
      // A repair looks for itself, replica by replica: the gate would stop them all for one that has yet to be repaired.
      gate: repair ? undefined : gate,
      pace: repair ? undefined : paceOf({ docker, identity }),
    });
  } catch (error) {
    if (error instanceof SettingsError) return fail(error.message);
    throw error;
  }
};

/** Lets good replicas pass; a bad one ends the program here, so that Pulumi removes nothing. */
async function gate(request: GateRequest): Promise<void> {
  const failed = await openGate(request);
  if (failed !== undefined) await fail(failed.message);
}

/** Exit code by which a program tells Pulumi that it has said why it failed (the SDK's own, cmd/run/index.ts). */
const failedAndSaid = 32;

/** Ends the program with a message for the user. An exception would cost half a minute: see `infra/gate/gate.ts`. */
async function fail(message: string): Promise<never> {
  await pulumi.log.error(message);
  process.exit(failedAndSaid);
}
