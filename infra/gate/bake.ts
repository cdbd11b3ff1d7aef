import { followAnswers } from "./answers";
import { Docker } from "../docker";
import { Events } from "./events";
import { Failure } from "./failure";
import { Look } from "./healthy";
import { judgeAnswers, judgeService } from "./verdict";

export interface BakeOptions {
  readonly docker: Docker;
  /** Docker name of the load balancer. */
  readonly balancer: string;
  readonly declared: readonly string[];
  /** How often each had been started anew when it became healthy. */
  readonly restarts: ReadonlyMap<string, number>;
  readonly bakeSeconds: number;
  readonly bakeMaxErrorPercent: number;
}

/**
 * Watches new replicas serve beside the old ones.
 *
 * @returns a Failure at once when one ends or becomes unhealthy, or when too many of their answers are 5xx
 */
export async function bake(options: BakeOptions, look: Look, events: Events): Promise<Failure | undefined> {
  const { docker, balancer, declared, restarts, bakeSeconds, bakeMaxErrorPercent } = options;
  const until = Date.now() + bakeSeconds * 1000;
  let addresses: string[] = [];
  const judge = () => judgeAnswers(count.of(addresses), bakeMaxErrorPercent);
  // Clients get those errors: it looks as soon as they are too many.
  const { count, stop } = followAnswers(docker, balancer, () => judge().state === "bad" && events.nudge());
  try {
    for (let last = false; ; last = Date.now() >= until) {
      const present = await look();
      for (const name of declared) {
        const verdict = judgeService(present.get(name), restarts.get(name)!);
        if (verdict.state === "bad") return new Failure(name, verdict.why);
      }
      addresses = declared.flatMap((name) => present.get(name)?.addresses ?? []);
      const verdict = judge();
      if (verdict.state === "bad") {
        // The one with the most errors: its log says most.
        const errorsOf = (name: string) => count.of(present.get(name)?.addresses ?? []).errors;
        const worst = declared.reduce((a, b) => (errorsOf(b) > errorsOf(a) ? b : a));
        return new Failure(worst, `is of a revision that ${verdict.why}`);
      }
      if (last) return undefined;
      await events.next(Math.min(1000, Math.max(0, until - Date.now())));
    }
  } finally {
    stop();
  }
}
