import { readSettings, Settings, textOf } from "./config";
import { revisionOf } from "./revision";
import { schema, SettingKey } from "./schema";
import { SettingsError } from "./settings-error";

/** The settings that make a replica another one. How many there are, and the load balancer's ports, are not among them. */
export type ReleaseSettings = Pick<
  Settings,
  | "app"
  | "worker"
  | "strategy"
  | "sticky"
  | "logLevel"
  | "drainSeconds"
  | "longestRequestSeconds"
  | "stopGraceSeconds"
  | "minReadySeconds"
>;

/** The keys of those settings. */
const releaseKeys = (Object.keys(schema) as SettingKey[]).filter((key) =>
  /^(app\.|worker\.|strategy$|sticky$|logLevel$|drainSeconds$|longestRequestSeconds$|stopGraceSeconds$|minReadySeconds$)/.test(
    key,
  ),
);

/** All that a stack's replicas are made of: what is deployed together and gone back to together. */
export interface Release {
  /** Content hash of each service's image. */
  readonly images: { readonly app: string; readonly worker: string };
  readonly settings: ReleaseSettings;
}

/** A release that was deployed: an update ended well with it. */
export interface KeptRelease extends Release {
  /** Short hash of the release: what `release` and `npm run rollback -- --to` name. */
  readonly id: string;
  readonly appRevision: string;
  readonly workerRevision: string;
}

/** How many releases a stack can go back to, the one it runs included. Their images stay on the engine. */
export const keptReleases = 5;

export function releaseId({ images, settings }: Release): string {
  return revisionOf({ images, settings: settings as never });
}

export function releaseSettings(settings: Settings): ReleaseSettings {
  const { app, worker, strategy, sticky, logLevel } = settings;
  const { drainSeconds, longestRequestSeconds, stopGraceSeconds, minReadySeconds } = settings;
  return {
    ...{ app, worker, strategy, sticky, logLevel },
    ...{ drainSeconds, longestRequestSeconds, stopGraceSeconds, minReadySeconds },
  };
}

/**
 * The release a setting names among the kept ones, by its own id or by a revision of it.
 *
 * @throws SettingsError when none is named so
 */
export function findRelease(wanted: string, kept: readonly KeptRelease[]): KeptRelease {
  const found = kept.find(({ id, appRevision, workerRevision }) => [id, appRevision, workerRevision].includes(wanted));
  if (found) return found;
  const known = kept.map(({ id, appRevision }) => `${id} (app ${appRevision})`).join(", ");
  throw new SettingsError(
    `release: got "${wanted}", allowed is one of the stack's newest ${keptReleases} releases: ${known || "there is none yet"}. ` +
      "Mend it: pulumi config rm release (deploys the code in this folder)",
  );
}

/** The newest releases with `current` in front, each once. */
export function keep(current: KeptRelease, before: readonly KeptRelease[]): KeptRelease[] {
  return [current, ...before.filter(({ id }) => id !== current.id)].slice(0, keptReleases);
}

/**
 * A release as one readable line, the form in which the stack's outputs keep it:
 * `a2888015 app=aeba2e9a:47f7b5c9 worker=83dac35c:236450b1 drainSeconds=4`, with revision and image of each service and
 * the settings that are not the default's.
 */
export function writeRelease({ id, appRevision, workerRevision, images, settings }: KeptRelease): string {
  const values = releaseKeys
    .filter((key) => textOf(settings, key) !== String(schema[key].default))
    .map((key) => `${key}=${textOf(settings, key)}`);
  return [id, `app=${appRevision}:${images.app}`, `worker=${workerRevision}:${images.worker}`, ...values].join(" ");
}

/** @returns undefined for a line that is no release: another program's output of this name */
export function readRelease(line: string): KeptRelease | undefined {
  const match =
    /^([0-9a-f]{8}) app=([0-9a-f]{8}):([0-9a-f]{8}) worker=([0-9a-f]{8}):([0-9a-f]{8})((?: \S+=\S+)*)$/.exec(line);
  if (!match) return undefined;
  const [, id, appRevision, app, workerRevision, worker, rest] = match as unknown as string[];
  const raw = Object.fromEntries(
    rest!
      .split(" ")
      .filter(Boolean)
      .map((item) => item.split("=") as [string, string])
      // A setting that a later version does without.
      .filter(([key]) => (releaseKeys as string[]).includes(key)),
  );
  return {
    ...{ id: id!, appRevision: appRevision!, workerRevision: workerRevision! },
    images: { app: app!, worker: worker! },
    settings: releaseSettings(readSettings(raw)),
  };
}
