/** These only ask how the replica is, once a second or so: they would drown what it serves. */
const PROBES = new Set(["/health", "/healthz", "/readyz", "/events"]);

/** Counts the requests this replica served since its start, without probes and streams. */
export class RequestCount {
  total = 0;

  /** @param url as the request line has it */
  count(url: string): void {
    if (!PROBES.has(url)) {
      this.total += 1;
    }
  }
}
