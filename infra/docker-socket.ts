import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Identity } from "./identity";

const read = (file: string) => readFileSync(join(__dirname, "docker-socket", file), "utf8");

/**
 * HAProxy's configuration for the view of the engine.
 *
 * @param restarts whether the healer's way in is there: the list and the restart of this stack's app and worker replicas
 */
export function socketConfiguration(identity: Identity, restarts: boolean): string {
  const view = read("haproxy.cfg")
    .replace("@REPLICAS@", filterQuery(routedReplicas(identity)))
    .replace("@CHANGES@", filterQuery(routedChanges(identity)));
  if (!restarts) return view;
  return (
    view +
    read("restarts.cfg")
      .replace("@REPLICA@", restartPath(identity))
      .replace("@FILTERS@", filterQuery(restartableReplicas(identity)))
  );
}

/** What runs HAProxy, and ends it where it lost the engine. */
export const watchScript = () => read("watch.sh");

/** The names, as a regular expression, of this stack's app and worker replicas, and of nothing else. */
function replicaName({ project, stack }: Identity): string {
  const literal = (text: string) => text.replace(/[^A-Za-z0-9_-]/g, (character) => `[${character}]`);
  return `${literal(project)}-${literal(stack)}-(app|worker)-[0-9a-f]{8}-[0-9]{1,3}`;
}

/** The paths, as a regular expression, that restart a replica. */
export function restartPath(identity: Identity): string {
  return `^/containers/${replicaName(identity)}/restart$`;
}

/** Filters of the engine's API: a container or an event has to have all labels, and of every other kind one of the values. */
export type EngineFilters = Readonly<Record<string, readonly string[]>>;

const labelsOfStack = ({ project, stack }: Identity) => [`evenkeel.project=${project}`, `evenkeel.stack=${stack}`];

/** The only list the healer gets. */
export function restartableReplicas(identity: Identity): EngineFilters {
  return { label: labelsOfStack(identity), name: [`^/?${replicaName(identity)}$`] };
}

/** The only list the load balancer gets; it would send no other container a request. */
export function routedReplicas(identity: Identity): EngineFilters {
  return { label: [...labelsOfStack(identity), "traefik.enable=true"], health: ["healthy"], status: ["running"] };
}

/** The only events the load balancer gets. A replica that starts is none of its concern before it is healthy. */
export function routedChanges(identity: Identity): EngineFilters {
  const { label } = routedReplicas(identity);
  return { type: ["container"], event: ["health_status", "die"], label: label! };
}

/** Filters as a query, with the percent signs doubled as HAProxy's formats want them. */
export function filterQuery(filters: EngineFilters): string {
  // HAProxy takes the text between single quotes; encodeURIComponent leaves them, and parentheses, as they are.
  return `filters=${encodeURIComponent(JSON.stringify(filters))}`.replaceAll("%", "%%");
}
