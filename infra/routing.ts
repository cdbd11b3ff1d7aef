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
}

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
 * Retry repeats a request only when no byte of it reached the replica, so a job is never enqueued twice. The active
 * check is for a replica that hangs; one that leaves says so by its health status (docs/design.md, "Drain").
 */
export function routingLabels({ service, port, network, strategy, sticky }: RoutingArgs): Record<string, string> {
  const definition = {
    router: { rule: "PathPrefix(`/`)", entrypoints: "web" },
    retry: { attempts: "4", initialinterval: "50ms" },
    loadbalancer: {
      "server.port": String(port),
      strategy: balancers[strategy],
      "healthcheck.path": "/healthz",
      "healthcheck.interval": "2s",
      "healthcheck.timeout": "1s",
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
    ...prefixed(`traefik.http.services.${id}.loadbalancer`, definition.loadbalancer),
  };
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}.${key}`, value]));
}
