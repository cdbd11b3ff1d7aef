import type { Metric, Registry } from "prom-client";

/** Durations of one combination of labels. */
export interface Durations {
  observe(seconds: number): void;
}

interface Series extends Durations {
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
}

export interface DurationHistogramOptions {
  name: string;
  help: string;
  /** Upper bounds in seconds, rising. */
  buckets: readonly number[];
  registry: Registry;
}

/**
 * A histogram for the hot path. It tells what prom-client's does, but puts labels together once for each of their combinations and not
 * for each observation, where prom-client spends a tenth of what a request may take.
 */
export class DurationHistogram {
  private readonly series = new Map<string, Series & { counts: Float64Array; sum: number }>();

  constructor(private readonly options: DurationHistogramOptions) {
    const { name, help, registry } = options;
    const aggregator = "sum" as const;
    const get = async () => ({ name, help, type: "histogram", aggregator, values: this.values() });
    // The part of prom-client's metrics a registry asks for.
    registry.registerMetric({ name, help, aggregator, get, reset: () => this.series.clear() } as unknown as Metric);
  }

  /** The series of these labels; ask once, observe often. */
  labels(labels: Readonly<Record<string, string>>): Durations {
    const key = JSON.stringify(labels);
    let series = this.series.get(key);
    if (!series) {
      series = newSeries(labels, this.options.buckets);
      this.series.set(key, series);
    }
    return series;
  }

  /** How many were observed, by labels. */
  counts(): { labels: Readonly<Record<string, string>>; count: number }[] {
    return [...this.series.values()].map(({ labels, count }) => ({ labels, count }));
  }

  private values() {
    const { name, buckets } = this.options;
    return [...this.series.values()].flatMap(({ labels, counts, sum, count }) => {
      let below = 0;
      const cumulated = buckets.map((bound, at) => ({
        metricName: `${name}_bucket`,
        labels: { le: bound, ...labels },
        value: (below += counts[at] ?? 0),
      }));
      return [
        ...cumulated,
        { metricName: `${name}_bucket`, labels: { le: "+Inf", ...labels }, value: count },
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ];
    });
  }
}

function newSeries(labels: Readonly<Record<string, string>>, buckets: readonly number[]) {
  const counts = new Float64Array(buckets.length);
  return {
    labels,
    counts,
    sum: 0,
    count: 0,
    observe(seconds: number): void {
      this.sum += seconds;
      this.count++;
      for (let at = 0; at < buckets.length; at++) {
        if (seconds <= buckets[at]!) {
          counts[at]!++;
          return;
        }
      }
    },
  };
}
