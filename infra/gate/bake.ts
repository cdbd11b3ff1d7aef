import { Errors } from "./errors";
import { Events } from "./events";
import { Failure } from "./failure";
import { Look } from "./healthy";
import { judgeService } from "./verdict";

export interface BakeOptions {
  readonly declared: readonly string[];
  /** When each was started, as it was when it became healthy. */
  readonly started: ReadonlyMap<string, string>;
  readonly bakeSeconds: number;
  readonly errors: Errors;
  /** Waits until the load balancer sends requests to all of them, or says which it does not. */
  readonly routed: () => Promise<Failure | undefined>;
}

/**
 * Watches new replicas serve beside the old ones. One that hangs is healthy to the engine until its probe is over; the load balancer's
 * own check knows sooner, so it has the last word.
 *
 * @returns a Failure at once when one ends or becomes unhealthy, or when too many of their answers are 5xx
 */
export async function bake(options: BakeOptions, look: Look, events: Events): Promise<Failure | undefined> {
  const { declared, started, bakeSeconds, errors, routed } = options;
  const until = Date.now() + bakeSeconds * 1000;
  for (let confirmed = false; ;) {
    const present = await look();
    for (const name of declared) {
      const verdict = judgeService(present.get(name), started.get(name)!);
      if (verdict.state === "bad") return new Failure(name, verdict.why, verdict.endedAt);
    }
    const left = until - Date.now();
    const failure = errors(present) ?? (left <= 0 && !confirmed ? await routed() : undefined);
    if (failure) return failure;
    if (confirmed) return undefined;
    // What became of them while it was asked is looked at once more.
    if (left <= 0) confirmed = true;
    else await events.next(Math.min(1000, left));
  }
}
