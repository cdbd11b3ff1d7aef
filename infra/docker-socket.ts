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
  const view = read("haproxy.cfg");
  if (!restarts) return view;
  return (
    view + read("restarts.cfg").replace("@REPLICA@", restartPath(identity)).replace("@FILTERS@", listQuery(identity))
  );
}

/** The names, as a regular expression, of this stack's app and worker replicas, and of nothing else. */
function replicaName({ project, stack }: Identity): string {
  const literal = (text: string) => text.replace(/[^A-Za-z0-9_-]/g, (character) => `[${character}]`);
  return `${literal(project)}-${literal(stack)}-(app|worker)-[0-9a-f]{8}-[0-9]{1,3}`;
}

/** The paths, as a regular expression, that restart a replica. */
export function restartPath(identity: Identity): string {
  return `^/containers/${replicaName(identity)}/restart$`;
}

/** The query of the only list the healer gets, with the percent signs doubled as HAProxy's formats want them. */
export function listQuery(identity: Identity): string {
  const { project, stack } = identity;
  const label = [`evenkeel.project=${project}`, `evenkeel.stack=${stack}`];
  const filters = JSON.stringify({ label, name: [`^/?${replicaName(identity)}$`] });
  // HAProxy takes the text between single quotes; encodeURIComponent leaves them, and parentheses, as they are.
  return `filters=${encodeURIComponent(filters)}`.replaceAll("%", "%%");
}
