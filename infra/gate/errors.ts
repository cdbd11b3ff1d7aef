import { Docker } from "../docker";
import { followAnswers } from "./answers";
import { Events } from "./events";
import { Failure } from "./failure";
import { Replica } from "./replica";
import { judgeAnswers } from "./verdict";

export interface ErrorsOptions {
  readonly docker: Docker;
  /** Docker name of the load balancer. */
  readonly balancer: string;
  readonly declared: readonly string[];
  readonly bakeMaxErrorPercent: number;
}

/** Says what is wrong with the answers of new replicas, given what is there. */
export type Errors = (present: ReadonlyMap<string, Replica>) => Failure | undefined;

/**
 * Counts, from now on, what the clients of new replicas get.
 *
 * @returns what says what is wrong with it, and what ends the count
 */
export function watchErrors({ docker, balancer, declared, bakeMaxErrorPercent }: ErrorsOptions, events: Events) {
  let addresses: string[] = [];
  const judge = () => judgeAnswers(count.of(addresses), bakeMaxErrorPercent);
  // Clients get those errors: it is looked at as soon as they are too many.
  const { count, stop } = followAnswers(docker, balancer, () => judge().state === "bad" && events.nudge());
  const errors: Errors = (present) => {
    addresses = declared.flatMap((name) => present.get(name)?.addresses ?? []);
    const verdict = judge();
    if (verdict.state !== "bad") return undefined;
    // The one with the most errors: its log says most.
    const errorsOf = (name: string) => count.of(present.get(name)?.addresses ?? []).errors;
    const worst = declared.reduce((a, b) => (errorsOf(b) > errorsOf(a) ? b : a));
    return new Failure(worst, `is of a revision that ${verdict.why}`);
  };
  return { errors, stop };
}
