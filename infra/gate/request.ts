/** How long the gate waits, and what it lets pass. */
export interface GatePolicy {
  /** Seconds a replica may take to become healthy. */
  readonly readyTimeoutSeconds: number;
  /** Seconds a new revision serves beside the old one before the old one may go. */
  readonly bakeSeconds: number;
  /** Share of answers with 5xx, in percent, above which a revision counts as bad while it bakes; 100 lets all pass. */
  readonly bakeMaxErrorPercent: number;
  /** Seconds a replica that is stopped has before it is killed. */
  readonly stopGraceSeconds: number;
}

/** The replicas an update declares of one service. */
export interface GateRequest {
  readonly service: string;
  readonly revision: string;
  /** Their Docker names. */
  readonly replicas: readonly string[];
  /** How many the service is to have, those included of a revision that leaves batch by batch. */
  readonly wanted: number;
  readonly policy: GatePolicy;
}
