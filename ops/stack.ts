import { join } from "node:path";

import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";

import { Home } from "../setup/home";
import { toolEnvironment } from "../setup/environment";
import versions from "../versions.json";

export const projectFolder = join(__dirname, "..");

/** Docker's and Pulumi's name for this project: `Pulumi.yaml`'s. */
export const projectName = "evenkeel";

/** What opens a stack: its name, and the home the tools were installed into. */
export interface StackOptions {
  readonly name: string;
  readonly home: Home;
}

/**
 * Opens a stack of this project through Pulumi's Automation API, creating it when it is not there. It is the same
 * program, state and settings that `pulumi up` uses in this folder, and the stack becomes the selected one.
 */
export async function openStack({ name, home }: StackOptions): Promise<Stack> {
  const pulumiCommand = await PulumiCommand.get({ root: join(home.pulumi, "versions", versions.pulumi) });
  const env = Object.fromEntries(
    Object.entries(toolEnvironment(home)).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return LocalWorkspace.createOrSelectStack(
    { stackName: name, workDir: projectFolder },
    { pulumiCommand, envVars: env },
  );
}
