import { join } from "node:path";

import {
  LocalProgramArgs,
  LocalWorkspace,
  LocalWorkspaceOptions,
  PulumiCommand,
  Stack,
  StackNotFoundError,
} from "@pulumi/pulumi/automation";

import { Home } from "../setup/home";
import { toolEnvironment } from "../setup/environment";
import { SetupError } from "../setup/errors";
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
export async function openStack(options: StackOptions): Promise<Stack> {
  return LocalWorkspace.createOrSelectStack(...(await programOf(options)));
}

/**
 * Opens a stack that is there, for a command that only looks or mends.
 *
 * @throws SetupError when it is not there, with the names of those that are
 */
export async function openExistingStack(options: StackOptions): Promise<Stack> {
  const [program, workspace] = await programOf(options);
  try {
    return await LocalWorkspace.selectStack(program, workspace);
  } catch (error) {
    if (!(error instanceof StackNotFoundError)) throw error;
    const stacks = await (await LocalWorkspace.create({ ...workspace, workDir: projectFolder })).listStacks();
    throw new SetupError(
      {
        action: `open stack ${options.name}`,
        got: `no stack of this name; there are: ${stacks.map(({ name }) => name).join(", ") || "none"}`,
        needed: "a stack that was deployed from here, or whose state is at PULUMI_BACKEND_URL",
        mend: `npm run up -- --stack ${options.name}`,
      },
      { cause: error },
    );
  }
}

async function programOf({ name, home }: StackOptions): Promise<[LocalProgramArgs, LocalWorkspaceOptions]> {
  const pulumiCommand = await PulumiCommand.get({ root: join(home.pulumi, "versions", versions.pulumi) });
  const envVars = Object.fromEntries(
    Object.entries(toolEnvironment(home)).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return [
    { stackName: name, workDir: projectFolder },
    { pulumiCommand, envVars },
  ];
}
