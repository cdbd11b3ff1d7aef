import { Histogram, Registry } from "prom-client";
import { DurationHistogram } from "./duration-histogram";

test("it tells exactly what prom-client's own histogram tells", async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const common = { name: "d_seconds", help: "Durations.", buckets: [0.001, 0.01, 0.1] };
  const fast = new DurationHistogram({ ...common, registry: ours });
  const plain = new Histogram({ ...common, labelNames: ["route", "code"], registers: [theirs] });
  for (const [route, code, seconds] of [
    ["/", "200", 0.0005],
    ["/", "200", 0.001],
    ["/", "404", 0.05],
    ["/", "200", 7],
    ['/"\\\n', "200", 0],
  ] as const) {
    fast.labels({ route, code }).observe(seconds);
    plain.labels({ route, code }).observe(seconds);
  }
  expect(await ours.metrics()).toBe(await theirs.metrics());
  expect(fast.counts()).toContainEqual({ labels: { route: "/", code: "200" }, count: 3 });
});
