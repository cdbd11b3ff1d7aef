import { Identity, networksOf } from "./identity";
import { imageName } from "./image";
import { credentialsRevision } from "./redis-credentials";
import { Release } from "./release";
import { ReplicaSpec } from "./replica-spec";

/** What a worker of a release is. */
export function workerSpec(identity: Identity, { images, settings }: Release): ReplicaSpec {
  const { worker, logLevel, minReadySeconds, drainSeconds, stopGraceSeconds } = settings;
  return {
    image: imageName(identity, "worker", images.worker),
    limits: worker,
    environment: {
      LOG_LEVEL: logLevel,
      WORKER_CONCURRENCY: String(worker.concurrency),
      JOB_TIMEOUT_SECONDS: String(worker.jobTimeoutSeconds),
      JOB_RETENTION_HOURS: String(worker.retentionHours),
      WORKER_TAKEOVER_SECONDS: String(worker.takeoverSeconds),
    },
    secrets: { REDIS_URL: credentialsRevision() },
    networks: networksOf(identity),
    ...{ minReadySeconds, drainSeconds, stopGraceSeconds },
  };
}
