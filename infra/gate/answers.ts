import { Docker } from "../docker";
import { Answers } from "./verdict";

/** Counts, replica by replica, what the load balancer answered its clients. */
export class AnswerCount {
  private readonly byAddress = new Map<string, { requests: number; errors: number }>();

  /**
   * Takes a line of the load balancer's log; one that is no access line is passed over.
   *
   * @returns whether it tells of an error
   */
  add(line: string): boolean {
    if (!line.includes("ServiceAddr")) return false;
    let entry: { ServiceAddr?: string; DownstreamStatus?: number };
    try {
      entry = JSON.parse(line) as typeof entry;
    } catch {
      return false;
    }
    if (entry.ServiceAddr === undefined || entry.DownstreamStatus === undefined) return false;
    const address = entry.ServiceAddr.replace(/:\d+$/, "");
    const count = this.byAddress.get(address) ?? { requests: 0, errors: 0 };
    count.requests++;
    const error = entry.DownstreamStatus >= 500;
    if (error) count.errors++;
    this.byAddress.set(address, count);
    return error;
  }

  /** The answers of the replicas with these addresses together. */
  of(addresses: readonly string[]): Answers {
    const counts = addresses.flatMap((address) => this.byAddress.get(address) ?? []);
    return {
      requests: counts.reduce((sum, { requests }) => sum + requests, 0),
      errors: counts.reduce((sum, { errors }) => sum + errors, 0),
    };
  }
}

/**
 * Follows the load balancer's access log from now on.
 *
 * @param container Docker name of the load balancer
 * @param onError called after an answer with 5xx was counted
 * @returns the count, and what ends it
 */
export function followAnswers(
  docker: Docker,
  container: string,
  onError: () => void,
): { count: AnswerCount; stop: () => void } {
  const count = new AnswerCount();
  const stop = docker.follow(["logs", "--follow", "--tail", "0", container], (line) => {
    if (count.add(line)) onError();
  });
  return { count, stop };
}
