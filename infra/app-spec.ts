import { Identity, networksOf } from "./identity";
import { imageName } from "./image";
import { credentialsRevision } from "./redis-credentials";
import { Release } from "./release";
import { ReplicaSpec } from "./replica-spec";
import { revisionOf } from "./revision";
import { routingLabels } from "./routing";

/** Port on which a replica takes requests. */
const port = 3000;

/** The secret that signs session cookies: 64 letters and digits: more than the 256 bits its HMAC has. */
export const sessionSecret = { length: 64, special: false } as const;

/** What an app replica of a release is. */
export function appSpec(identity: Identity, { images, settings }: Release): ReplicaSpec {
  const { app, worker, strategy, sticky, logLevel, minReadySeconds, drainSeconds, stopGraceSeconds } = settings;
  const networks = networksOf(identity);
  return {
    image: imageName(identity, "app", images.app),
    limits: app,
    environment: {
      PORT: String(port),
      LOG_LEVEL: logLevel,
      SESSION_TTL_SECONDS: String(app.sessionTtlSeconds),
      DEMO_ENDPOINTS: String(app.demoEndpoints),
      // Of the worker's settings these two are written into each job by who puts it in.
      JOB_ATTEMPTS: String(worker.attempts),
      JOB_BACKOFF_SECONDS: String(worker.backoffSeconds),
    },
    secrets: { REDIS_URL: credentialsRevision(), SESSION_SECRET: revisionOf({ sessionSecret }) },
    networks,
    labels: routingLabels({
      ...{ service: "app", port, network: networks.edge, strategy, sticky },
      // A GET that puts a job in.
      onlyOnce: ["/enqueue"],
    }),
    ...{ minReadySeconds, drainSeconds, stopGraceSeconds },
  };
}
