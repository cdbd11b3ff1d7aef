import { Replica } from "./replica";
import { GateRequest } from "./request";

/** What a person needs to know of a failed release. */
export interface FailureContext {
  readonly service: string;
  readonly revision: string;
  /** The replica's last log lines. */
  readonly log: string;
  /** Replicas of other revisions, which go on serving. */
  readonly serving: readonly Replica[];
}

/** A declared replica is not good. */
export class Failure {
  /**
   * @param replica its Docker name
   * @param why what it did: "ended, exit code 1"
   * @param endedAt when it ended, where that is why (Unix time in seconds): what its log has from then on is its successor's
   */
  constructor(
    readonly replica: string,
    readonly why: string,
    readonly endedAt?: string,
  ) {}

  /** The message that ends the update: which replica, why, its last words, what serves, what to do. */
  explain({ service, revision, log, serving }: FailureContext): ReleaseFailed {
    const lines = log.trim().split("\n").filter(Boolean);
    const others = [...new Set(serving.map((replica) => replica.revision))].join(", ");
    return {
      message: [
        `${service} ${revision} failed: ${this.replica} ${this.why}.`,
        ...(lines.length > 0
          ? ["Its last log lines:", ...lines.map((line) => `    ${line}`)]
          : ["It wrote no log line."]),
        serving.length > 0
          ? `Nothing was removed: ${serving.length} of ${others} serve on, and the new replicas were stopped.`
          : "Nothing was removed.",
        `Next: mend it and run the update again, or go back: npm run rollback. More of its log: docker logs ${this.replica}`,
      ].join("\n"),
    };
  }
}

/** The message where the engine could not say whether replicas are good. */
export function unanswered({ service, revision }: GateRequest, error: Error): ReleaseFailed {
  return {
    message:
      `${service} ${revision}: whether its replicas are good can't be told: ${error.message}. Nothing was removed, and ` +
      "nothing was stopped.\nNext: see that the engine answers (docker ps), then run the update again: npm run up",
  };
}

/** The update ends here; its message says all there is to say. */
export interface ReleaseFailed {
  readonly message: string;
}
