import { Stack } from "@pulumi/pulumi/automation";

import { Declared, declaredFrom } from "../infra/declared";
import { KeptRelease } from "../infra/release";
import { SetupError } from "../setup/errors";

/** What the last update of a stack that ended well declared. */
export async function declaredOf(stack: Stack): Promise<Declared> {
  const outputs = await stack.outputs();
  return declaredFrom(Object.fromEntries(Object.entries(outputs).map(([key, { value }]) => [key, value as unknown])));
}

/**
 * Whether replicas are there of a release that is not the deployed one: an update failed, or was killed, and the deployed release is what
 * to go back to. What the history says of the last update does not tell: one that was killed is not in it, and one that was refused
 * before it touched anything failed too.
 *
 * @param revisions those of the app and the worker that the engine has containers of
 */
export function isUnfinished(releases: readonly KeptRelease[], revisions: readonly string[]): boolean {
  const [deployed] = releases;
  return (
    deployed !== undefined && revisions.some((one) => one !== deployed.appRevision && one !== deployed.workerRevision)
  );
}

/**
 * The release to go back to.
 *
 * @param releases the newest ones, the deployed one first
 * @param unfinished whether an update to another release was begun: it is gone back to the first then, not to the second
 * @param to an id or a revision. @default the one before
 * @throws SetupError when there is none
 */
export function rollbackTarget(releases: readonly KeptRelease[], unfinished: boolean, to?: string): KeptRelease {
  const known = releases.map(({ id, appRevision }) => `${id} (app ${appRevision})`).join(", ") || "none";
  const found =
    to === undefined
      ? releases[unfinished ? 0 : 1]
      : releases.find(({ id, appRevision, workerRevision }) => [id, appRevision, workerRevision].includes(to));
  if (found) return found;
  throw new SetupError({
    action: "go back",
    got: to === undefined ? "no release before the deployed one" : `no release "${to}"; there are: ${known}`,
    needed: "one of the newest five releases that were deployed",
    mend: to === undefined ? "deploy the code in this folder: npm run up" : "look at them: npm run rollback -- --list",
  });
}

/** The releases as a table for a person. */
export function formatReleases(releases: readonly KeptRelease[]): string {
  if (releases.length === 0) return "No release yet: npm run up deploys the first one.";
  return [
    `  ${"release".padEnd(10)}${"app".padEnd(10)}worker`,
    ...releases.map(
      ({ id, appRevision, workerRevision }, index) =>
        `${index === 0 ? "*" : " "} ${id.padEnd(10)}${appRevision.padEnd(10)}${workerRevision}`,
    ),
    "",
    "* is deployed. To go back to another one: npm run rollback -- --to <release>",
  ].join("\n");
}
