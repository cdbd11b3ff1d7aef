import { Docker } from "../docker";
import { Answers } from "./verdict";

/** Counts, replica by replica, what the load balancer answered its clients. */
export class AnswerCount {
  private readonly byAddress = new Map<string, { requests: number; errors: number }>();
  /** What the load balancer answered by itself: 404 when it knows no replica. */
  private readonly byItself = { requests: 0, errors: 0 };

  /**
   * Takes a line of the load balancer's log; one that is no access line is passed over.
   *
   * @returns whether it tells of an error of a replica
   */
  add(line: string): boolean {
    if (!line.includes("DownstreamStatus")) return false;
    let entry: { ServiceAddr?: string; DownstreamStatus?: number };
    try {
      entry = JSON.parse(line) as typeof entry;
    } catch {
      return false;
    }
    if (entry.DownstreamStatus === undefined) return false;
    const count = this.countOf(entry.ServiceAddr);
    count.requests++;
    const error = entry.DownstreamStatus >= 500;
    if (error) count.errors++;
    return error && entry.ServiceAddr !== undefined;
  }

  /** All answers, those included that no replica gave. */
  total(): Answers {
    return sum([...this.byAddress.values(), this.byItself]);
  }

  /** The answers of the replicas with these addresses together. */
  of(addresses: readonly string[]): Answers {
    return sum(addresses.flatMap((address) => this.byAddress.get(address) ?? []));
  }

  private countOf(server: string | undefined) {
    if (server === undefined) return this.byItself;
    const address = server.replace(/:\d+$/, "");
    const count = this.byAddress.get(address) ?? { requests: 0, errors: 0 };
    this.byAddress.set(address, count);
    return count;
  }
}

function sum(counts: readonly Answers[]): Answers {
  return {
    requests: counts.reduce((total, { requests }) => total + requests, 0),
    errors: counts.reduce((total, { errors }) => total + errors, 0),
  };
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
