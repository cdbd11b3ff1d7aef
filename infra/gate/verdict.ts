import { Replica } from "./replica";

/** What is known of a replica that should become, or stay, healthy. */
export type Verdict =
  | { readonly state: "good" }
  | { readonly state: "wait"; readonly why: string }
  /** With the time of its end, where that is why and events told of it: Unix time in seconds. */
  | { readonly state: "bad"; readonly why: string; readonly endedAt?: string };

/** How often a replica may end while it comes up. A dependency may be late once or twice; a bug is not. */
export const allowedCrashes = 2;

/**
 * Whether a replica is healthy, may still become so, or is given up.
 *
 * @param restartsBefore how often it had been started anew when the gate first saw it
 */
export function judgeStart(replica: Replica | undefined, restartsBefore: number): Verdict {
  if (replica === undefined) return { state: "bad", why: "is gone" };
  if (replica.status === "running" && replica.health === "healthy") return { state: "good" };
  const crashes = replica.restarts - restartsBefore;
  if (crashes > allowedCrashes) return ended(replica, `ended ${crashes} times`);
  if (replica.status === "exited" || replica.status === "dead") return ended(replica, "ended");
  if (replica.status === "paused") return { state: "wait", why: "is paused" };
  if (replica.status === "restarting") return { state: "wait", why: `ended, ${endOf(replica)}, and is started anew` };
  const probe = replica.probe ? `; its probe said: ${replica.probe.split("\n").at(-1)}` : "";
  return { state: "wait", why: `is ${replica.health || replica.status}${probe}` };
}

/** Whether a replica that takes traffic is still as good as it was. @param startedAt when it was started, as it was then */
export function judgeService(replica: Replica | undefined, startedAt: string): Verdict {
  if (replica === undefined) return { state: "bad", why: "is gone" };
  if (replica.startedAt !== startedAt || replica.status !== "running") return ended(replica, "ended while it served");
  if (replica.health === "unhealthy") return { state: "bad", why: "became unhealthy while it served" };
  return { state: "good" };
}

/** Answers of the replicas of a revision, counted where the clients get them. */
export interface Answers {
  readonly requests: number;
  /** Those with a status of 500 and above. */
  readonly errors: number;
}

/** Fewer requests than this tell nothing of a release: one 500 of three is no third. */
export const leastRequests = 20;

/** Whether the share of 5xx says that a release is bad. `maxErrorPercent` of 100 never does. */
export function judgeAnswers({ requests, errors }: Answers, maxErrorPercent: number): Verdict {
  if (requests < leastRequests || errors * 100 <= requests * maxErrorPercent) return { state: "good" };
  const percent = ((errors * 100) / requests).toFixed(1);
  return { state: "bad", why: `answered ${errors} of ${requests} requests with 5xx (${percent} %)` };
}

function ended(replica: Replica, how: string): Verdict {
  return { state: "bad", why: `${how}, ${endOf(replica)}`, endedAt: replica.endedAt };
}

function endOf({ exitCode, outOfMemory }: Replica): string {
  if (outOfMemory) return "out of memory";
  return exitCode > 128 ? `killed by signal ${exitCode - 128}` : `exit code ${exitCode}`;
}
