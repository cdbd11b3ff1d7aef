import { Replica } from "./replica";

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
   */
  constructor(
    readonly replica: string,
    readonly why: string,
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

/** The update ends here; its message says all there is to say. */
export interface ReleaseFailed {
  readonly message: string;
}
