import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime";

import { readSettings, Settings, settingsOf } from "./config";
import { SettingsError } from "./settings-error";
import { createStack } from "./stack";

const project = pulumi.getProject();

export const { url, dashboardUrl, replicas, workerReplicas, appRevision, workerRevision, networkName } = createStack({
  identity: { project, stack: pulumi.getStack() },
  settings: settings(),
  engineHost: new pulumi.Config("docker").get("host") ?? process.env.DOCKER_HOST,
});

/** A wrong setting ends the program with its message alone, before the first resource. */
function settings(): Settings {
  try {
    return readSettings(settingsOf(project, allConfig()));
  } catch (error) {
    if (error instanceof SettingsError) throw new pulumi.RunError(error.message);
    throw error;
  }
}
