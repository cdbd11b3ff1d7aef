import { appSpec } from "./app-spec";
import { Settings } from "./config";
import { Declared } from "./declared";
import { GatePolicy } from "./gate/request";
import { Identity } from "./identity";
import { ImageContent } from "./image";
import { processImage } from "./process-image";
import { RepairStep } from "./repair-step";
import { findRelease, keep, KeptRelease, Release, releaseId, releaseSettings } from "./release";
import { replicaRevision } from "./replica-spec";
import { isLastStep, RollStep, splitReplicas } from "./roll";
import { timing } from "./timing";
import { workerSpec } from "./worker-spec";

/** Replicas of a release. */
export interface ReleaseReplicas {
  readonly release: Release;
  /** Which of the service's replicas: 1 is the first. */
  readonly indexes: readonly number[];
}

/** What a service's component makes. */
export interface ServicePlan {
  readonly current: ReleaseReplicas;
  /** Replicas of the release before that a roll in batches has not come to yet. */
  readonly leaving?: ReleaseReplicas;
  /** The image to build; undefined where it was built before. */
  readonly content?: ImageContent;
  /** Hashes of the images that stay on the engine. */
  readonly kept: readonly string[];
}

export interface ReplicaPlan {
  readonly app: ServicePlan;
  readonly worker: ServicePlan;
  readonly policy: GatePolicy;
  /** How many of each service are declared; a repair may have a spare one beside them. */
  readonly counts: Readonly<Record<"app" | "worker", number>>;
  /** The release the replicas become. */
  readonly release: KeptRelease;
  /** What can be gone back to after the update. */
  readonly releases: readonly KeptRelease[];
}

/**
 * Which replicas a stack has: of the code and settings in this folder, or of the earlier release that the setting
 * `release` names, or, in the middle of a roll in batches, of two. A repair has the deployed release and count again.
 *
 * @throws SettingsError when `release` names none
 */
export function planReplicas(
  identity: Identity,
  settings: Settings,
  declared: Declared,
  step: RollStep | undefined,
  repair?: RepairStep,
): ReplicaPlan {
  const contents =
    settings.release === ""
      ? { app: processImage(identity, "app"), worker: processImage(identity, "worker") }
      : undefined;
  const pinned = repair?.release ?? settings.release;
  const release =
    contents && !repair
      ? describe(identity, {
          images: { app: contents.app.hash, worker: contents.worker.hash },
          settings: releaseSettings(settings),
        })
      : describe(identity, findRelease(pinned, declared.releases));
  const releases = keep(release, declared.releases);
  const before = step && findRelease(step.from, declared.releases);
  const last = step !== undefined && isLastStep(step, settings);
  const service = (name: "app" | "worker", count: number, countBefore: number): ServicePlan => {
    const { current, leaving } = splitReplicas(count, countBefore, step, last);
    return {
      current: { release, indexes: current },
      leaving: before && leaving.length > 0 ? { release: before, indexes: leaving } : undefined,
      content: contents?.[name].hash === release.images[name] ? contents[name] : undefined,
      kept: releases.map(({ images }) => images[name]),
    };
  };
  const counts = repair
    ? { app: declared.replicas, worker: declared.workerReplicas }
    : { app: settings.replicas, worker: settings.workerReplicas };
  return {
    app: service("app", counts.app + (repair?.spares.app ?? 0), declared.replicas),
    worker: service("worker", counts.worker + (repair?.spares.worker ?? 0), declared.workerReplicas),
    counts,
    policy: {
      readyTimeoutSeconds: timing.readyTimeout + release.settings.minReadySeconds,
      bakeSeconds: settings.bakeSeconds,
      bakeMaxErrorPercent: settings.bakeMaxErrorPercent,
      stopGraceSeconds: release.settings.stopGraceSeconds,
    },
    release,
    // In the middle of a roll the release before is still the deployed one.
    releases: step && !last ? declared.releases : releases,
  };
}

/** A release with its names. They are computed anew, for another version of Evenkeel may make other replicas of it. */
function describe(identity: Identity, { images, settings }: Release): KeptRelease {
  const release = { images, settings };
  return {
    id: releaseId(release),
    ...release,
    appRevision: replicaRevision(appSpec(identity, release)),
    workerRevision: replicaRevision(workerSpec(identity, release)),
  };
}
