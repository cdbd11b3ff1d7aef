import { Errors } from "./errors";
import { Events } from "./events";
import { Failure } from "./failure";
import { Replica } from "./replica";
import { judgeService, judgeStart } from "./verdict";

/** What the engine has of a service, by Docker name. */
export type Look = () => Promise<ReadonlyMap<string, Replica>>;

export interface HealthyOptions {
  readonly declared: readonly string[];
  readonly readyTimeoutSeconds: number;
  /** Whether they are to prove themselves beside another revision. Then each bakes from when it is healthy, though others are not yet. */
  readonly bakes: boolean;
  /** Of those that serve already. @default nothing is wrong */
  readonly errors?: Errors;
}

/**
 * Waits until every declared replica is healthy.
 *
 * @returns when each was started, as it was when it became healthy; a Failure with the first that is given up
 */
export async function untilHealthy(
  { declared, readyTimeoutSeconds, bakes, errors }: HealthyOptions,
  look: Look,
  events: Pick<Events, "next">,
): Promise<ReadonlyMap<string, string> | Failure> {
  const until = Date.now() + readyTimeoutSeconds * 1000;
  const restarts = new Map<string, number>();
  // Those that bake already, with when they were started.
  const serving = new Map<string, string>();
  for (;;) {
    const present = await look();
    const late = Date.now() > until;
    let waits = false;
    for (const name of declared) {
      const replica = present.get(name);
      if (!restarts.has(name)) restarts.set(name, replica?.restarts ?? 0);
      const startedAt = serving.get(name);
      const verdict =
        startedAt === undefined ? judgeStart(replica, restarts.get(name)!) : judgeService(replica, startedAt);
      if (verdict.state === "bad") return new Failure(name, verdict.why, verdict.endedAt);
      if (verdict.state === "wait") {
        if (late) return new Failure(name, `is not healthy after ${readyTimeoutSeconds} s: it ${verdict.why}`);
        waits = true;
      } else if (bakes) serving.set(name, replica!.startedAt);
    }
    const erring = errors?.(present);
    if (erring) return erring;
    if (!waits) return new Map(declared.map((name) => [name, present.get(name)!.startedAt]));
    await events.next(1000);
  }
}
