/** What a missing prerequisite's message tells. */
export interface SetupProblem {
  /** What was to be done, as a verb: "build the Pulumi CLI". */
  readonly action: string;
  /** What was found. */
  readonly got: string;
  /** What is needed. */
  readonly needed: string;
  /** The command, or the steps, that mend it. */
  readonly mend: string;
}

/** Something about the machine that its owner can mend. Printed without a stack. */
export class SetupError extends Error {
  override readonly name = "SetupError";

  constructor(problem: SetupProblem, options?: ErrorOptions) {
    super(
      [
        `cannot ${problem.action}`,
        `  got:    ${problem.got}`,
        `  needed: ${problem.needed}`,
        `  mend:   ${problem.mend}`,
      ].join("\n"),
      options,
    );
  }
}
