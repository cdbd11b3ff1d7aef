import { Strategy } from "./schema";
import { revisionOf } from "./revision";

export interface RoutingArgs {
  /** The service the load balancer sends requests to: part of every router's name. */
  readonly service: string;
  /** Port of the replica that takes requests. */
  readonly port: number;
  /** Docker name of the network on which the load balancer reaches the replica. */
  readonly network: string;
  readonly strategy: Strategy;
  readonly sticky: boolean;
  /** Paths of which not even a GET may be repeated. @default none */
  readonly onlyOnce?: readonly string[];
}

/**
 * How often a request is tried, and what of it the load balancer keeps for that. Twelve tries with pauses of 50 to 100 ms outlast the
 * half second until it has heard that a replica died; with four, one of two replicas dead, one request in sixteen met it each time.
 * Which statuses: those it answers itself when a replica breaks off (502) or cannot be reached (504); a replica's own 503 is an
 * answer. Of a body only so much is kept, because Traefik sets the room aside for each request, one without a body too; what is
 * larger is sent once.
 */
const again = { attempts: "12", initialinterval: "50ms" };
const safelyAgain = { ...again, status: "502,504", maxrequestbodybytes: "16384" };

/**
 * PUT has room for the largest body the app takes. It also has to be read before it is sent on: a replica may answer before Traefik's
 * HTTP library (Go's net/http) has written down that the body is at its end, which then cuts off the answer; 2 to 4 of 1,000 uploads
 * of 64 KiB, none of 40 KB and less (docs/design.md, "Uploads").
 */
const uploadsAgain = { ...safelyAgain, maxrequestbodybytes: "131072" };

const balancers: Record<Strategy, string> = {
  "round-robin": "wrr",
  "power-of-two-choices": "p2c",
  "least-time": "leasttime",
};

/**
 * The labels by which Traefik routes to a replica.
 *
 * Traefik drops a router, service or middleware that two containers define differently, so their names hold a hash of
 * their definition: while one routing replaces another both are there, and neither is dropped (traefik#7817).
 * A request of which no byte reached a replica is tried again, whatever its method. One that a replica held when it died is
 * tried again only when that is safe: not POST, not PATCH, not `onlyOnce`, so a job is never enqueued twice. The active check is
 * for a replica that hangs; one that leaves says so by its health status (docs/design.md, "Drain").
 */
export function routingLabels(args: RoutingArgs): Record<string, string> {
  const { service, port, network, strategy, sticky, onlyOnce = [] } = args;
  const definition = {
    router: { rule: "PathPrefix(`/`)", entrypoints: "web" },
    retry: safelyAgain,
    uploads: { router: { rule: "Method(`PUT`)", priority: "500", entrypoints: "web" }, retry: uploadsAgain },
    once:
      onlyOnce.length === 0
        ? undefined
        : {
            rule: onlyOnce.map((path) => `Path(\`${path}\`)`).join(" || "),
            // By default the longer rule goes first.
            priority: "1000",
            entrypoints: "web",
          },
    loadbalancer: {
      "server.port": String(port),
      strategy: balancers[strategy],
      "healthcheck.path": "/healthz",
      "healthcheck.interval": "2s",
      // A replica that is short of CPU for a second does not hang; where none were left everyone would get 503.
      "healthcheck.timeout": "3s",
      // One that was dropped for being late is back as soon as it answers.
      "healthcheck.unhealthyinterval": "500ms",
      ...(sticky
        ? {
            "sticky.cookie.name": "replica",
            "sticky.cookie.httponly": "true",
            "sticky.cookie.samesite": "lax",
          }
        : {}),
    },
  };
  const id = `${service}-${revisionOf(definition)}`;
  return {
    "traefik.enable": "true",
    "traefik.docker.network": network,
    ...prefixed(`traefik.http.routers.${id}`, { ...definition.router, service: id, middlewares: `${id}-retry` }),
    ...prefixed(`traefik.http.middlewares.${id}-retry.retry`, definition.retry),
    ...prefixed(`traefik.http.routers.${id}-uploads`, {
      ...definition.uploads.router,
      service: id,
      middlewares: `${id}-uploads-retry`,
    }),
    ...prefixed(`traefik.http.middlewares.${id}-uploads-retry.retry`, uploadsAgain),
    ...(definition.once && {
      ...prefixed(`traefik.http.routers.${id}-once`, {
        ...definition.once,
        service: id,
        middlewares: `${id}-once-retry`,
      }),
      ...prefixed(`traefik.http.middlewares.${id}-once-retry.retry`, again),
    }),
    ...prefixed(`traefik.http.services.${id}.loadbalancer`, definition.loadbalancer),
  };
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}.${key}`, value]));
}
