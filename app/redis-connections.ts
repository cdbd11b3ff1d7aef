import type { Redis } from "ioredis";

/** What asks of a connection whether it can serve. */
export type Askable = Pick<Redis, "ping" | "status">;

/**
 * All of the process's connections to Redis as one: each comes back by itself after an outage, in its own time, and a replica
 * that said it was ready while the queue's was still away would refuse the next job.
 */
export function allConnections(connections: readonly Askable[]): Askable {
  return {
    get status() {
      return connections.find(({ status }) => status !== "ready")?.status ?? "ready";
    },
    /** Throws what the first that does not answer throws. */
    ping: async () => {
      await Promise.all(connections.map((connection) => connection.ping()));
      return "PONG";
    },
  } as Askable;
}
