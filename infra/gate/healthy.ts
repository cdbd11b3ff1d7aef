import { Events } from "./events";
import { Failure } from "./failure";
import { Replica } from "./replica";
import { judgeStart } from "./verdict";

/** What the engine has of a service, by Docker name. */
export type Look = () => Promise<ReadonlyMap<string, Replica>>;

/**
 * Waits until every declared replica is healthy.
 *
 * @returns how often each had been started anew by then; a Failure with the first that is given up
 */
export async function untilHealthy(
  declared: readonly string[],
  readyTimeoutSeconds: number,
  look: Look,
  events: Events,
): Promise<ReadonlyMap<string, number> | Failure> {
  const until = Date.now() + readyTimeoutSeconds * 1000;
  const restarts = new Map<string, number>();
  for (;;) {
    const present = await look();
    const late = Date.now() > until;
    let waits = false;
    for (const name of declared) {
      if (!restarts.has(name)) restarts.set(name, present.get(name)?.restarts ?? 0);
      const verdict = judgeStart(present.get(name), restarts.get(name)!);
      if (verdict.state === "bad") return new Failure(name, verdict.why);
      if (verdict.state === "wait") {
        if (late) return new Failure(name, `is not healthy after ${readyTimeoutSeconds} s: it ${verdict.why}`);
        waits = true;
      }
    }
    if (!waits) return new Map(declared.map((name) => [name, present.get(name)!.restarts]));
    await events.next(1000);
  }
}
