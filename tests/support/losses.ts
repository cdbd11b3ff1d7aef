import type { LoadReport } from "../../load/report";

/** What a load lost, with what tells why; empty when it lost nothing. */
export function lossesOf({ failures, failedRequests, standstill, latency }: LoadReport): object {
  const lost = Object.keys(failures).length > 0 || failedRequests.length > 0;
  return lost ? { failures, failedRequests, standstill, slowestMs: latency.all.max } : {};
}
