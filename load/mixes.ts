/** What a request is: each asks for something else of the stack. */
export const kinds = ["home", "get", "set", "job", "upload", "slow", "path"] as const;
export type Kind = (typeof kinds)[number];

/** A profile of traffic. */
export interface Mix {
  /** One sentence for `--help`. */
  readonly meaning: string;
  /** Parts of each kind. */
  readonly shares: Readonly<Partial<Record<Kind, number>>>;
  /** Share of the requests that open a connection of their own, 0 to 1. */
  readonly fresh: number;
  /** Server-sent event streams that are held. */
  readonly sse: number;
  /** WebSockets that are held. */
  readonly ws: number;
}

export const mixes = {
  mixed: {
    meaning: "visits with sessions, reads, writes, jobs, uploads of 1 to 64 KiB, requests of 2 s, and streams",
    shares: { home: 42, get: 25, set: 14, job: 8, upload: 5, slow: 1 },
    fresh: 0.05,
    sse: 4,
    ws: 4,
  },
  get: { meaning: "visits with sessions and reads", shares: { home: 60, get: 40 }, fresh: 0.05, sse: 0, ws: 0 },
  path: { meaning: "GET of one path, of any app", shares: { path: 1 }, fresh: 0.05, sse: 0, ws: 0 },
} as const satisfies Record<string, Mix>;

export type MixName = keyof typeof mixes;

/** Bytes of the uploads, in turn. */
export const uploadBytes = [1024, 8192, 65_536] as const;

/** Slots in which a mix repeats. */
const slots = 1000;

/**
 * Pure: the order in which the kinds follow each other, as indices into `kinds`; it repeats. Each kind is spread evenly and gets its
 * share to within one slot, so that two runs offer the same.
 */
export function orderOf(mix: Mix): number[] {
  const parts = kinds.map((kind) => mix.shares[kind] ?? 0);
  const total = parts.reduce((sum, part) => sum + part, 0);
  const due = parts.map(() => 0);
  // Smooth weighted round-robin, as nginx spreads its upstreams.
  return Array.from({ length: slots }, () => {
    parts.forEach((part, at) => (due[at]! += part));
    const next = due.indexOf(Math.max(...due));
    due[next]! -= total;
    return next;
  });
}
