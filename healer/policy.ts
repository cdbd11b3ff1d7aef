/** What the healer goes by. */
export interface HealPolicy {
  /** Milliseconds from one look at the replicas to the next while all of them answer. */
  readonly intervalMs: number;
  /** The same while one is silent. */
  readonly silentIntervalMs: number;
  /** Milliseconds a replica has to answer. */
  readonly timeoutMs: number;
  /** Probes in a row without an answer after which a replica is restarted. */
  readonly failures: number;
  /** At most this many restarts of one replica in `windowMs`. */
  readonly maxRestarts: number;
  readonly windowMs: number;
  /** When more than this share of the replicas, and more than one, is silent, none is restarted. */
  readonly maxSilentShare: number;
  /** At most this share of the replicas, and at least one, is being restarted at a time. */
  readonly maxRestartingShare: number;
}

/**
 * The only place where these numbers are; reasoned in docs/design.md, "The healer".
 *
 * A replica may fall silent right after an answer: the first probe it misses is sent `intervalMs` later, each further one a second
 * after the one before, and the last one counts after a second more. So `healAfterSeconds` is what it takes at most.
 *
 * @param healAfterSeconds 3 or more
 */
export function healPolicy(healAfterSeconds: number): HealPolicy {
  const intervalMs = 2000;
  const silentIntervalMs = 1000;
  const timeoutMs = 1000;
  return {
    intervalMs,
    silentIntervalMs,
    timeoutMs,
    failures: Math.max(1, Math.floor((healAfterSeconds * 1000 - intervalMs - timeoutMs) / silentIntervalMs) + 1),
    maxRestarts: 3,
    windowMs: 600_000,
    maxSilentShare: 0.5,
    maxRestartingShare: 0.2,
  };
}
