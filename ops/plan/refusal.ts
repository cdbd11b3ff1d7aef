/** Why an update should not be made as it is. */
export interface Refusal {
  readonly kind: "interrupts" | "deletes data" | "does not fit";
  /** What it is about, with its numbers. */
  readonly what: string;
  /** The command, or the step, that mends it. */
  readonly mend: string;
}
