import { Gauge, type Registry } from "prom-client";
import type { LiveStreams } from "./streams";

/** Tells how many live pages are open: they are left out of the requests' metrics. */
export function addStreamMetrics(registry: Registry, streams: Pick<LiveStreams, "count">): void {
  new Gauge({
    name: "live_streams_open",
    help: "Live pages that are held open here; they are in no metric of requests.",
    registers: [registry],
    collect() {
      this.set(streams.count);
    },
  });
}
