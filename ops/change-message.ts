import { hostname, userInfo } from "node:os";

/**
 * What a change's line in the stack's history says of who made it: `ana@desk: npm run up`.
 *
 * @param command what was run
 */
export function changeMessage(command: string): string {
  return `${user()}@${hostname()}: ${command}`;
}

/** Reads such a message; undefined for one of another kind: a commit's subject, by which Pulumi itself names a change. */
export function readChangeMessage(message: string): { who: string; command: string } | undefined {
  const [, who, command] = /^(\S+@\S+): (npm run .+)$/.exec(message) ?? [];
  return who === undefined ? undefined : { who, command: command! };
}

/** A process may run as a number that has no name: in a container of a pipeline, say. */
function user(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env.USER || `uid-${process.getuid?.() ?? "unknown"}`;
  }
}
