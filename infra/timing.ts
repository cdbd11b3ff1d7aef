/**
 * The times a replica's coming and going is made of, in one place; in seconds. What a team may change is a setting
 * (`infra/schema.ts`); `infra/config.ts` holds the settings against these.
 */
export const timing = {
  /** Pause before the first probe, and between the end of one and the next. A new replica is ready after 0.4 s; probes are held
   * for 160 s from then on, so a shorter pause costs next to nothing. */
  probeInterval: 0.5,
  /** A probe that takes longer has failed. The process holds its answer for 160 s (`runtime/probe.ts`). Nothing waits for it: a
   * replica that hangs is found by the load balancer's check and the healer, in seconds. */
  probeTimeout: 170,
  /** How long the load balancer gathers changes before it loads them. Its default of 2 s would send requests to a
   * replica for that long after it said that it leaves. */
  balancerThrottle: 0.1,
  /** How long the load balancer may take to load a change. */
  balancerReload: 0.5,
  /** How long a new replica may take to become healthy, beyond `minReadySeconds`, before the update fails. */
  readyTimeout: 60,
  /** What a process needs between the end of its last request and its exit. */
  exit: 1,
} as const;

/** The least a replica has to go on serving after SIGTERM for the load balancer to have dropped it. In seconds. */
export const leastDrain = timing.probeInterval + timing.balancerThrottle + timing.balancerReload;
