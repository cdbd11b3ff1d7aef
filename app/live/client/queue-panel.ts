import type { QueueCounts, Sample } from "../queue-history";

export interface QueuePanel {
  /** The queue as it is now. */
  now(counts: QueueCounts): void;
  /** The queue over the last minutes, oldest sample first. */
  history(samples: readonly Sample[]): void;
}

/** The queue's numbers and its chart. Runs in the browser: see `start`. */
export function queuePanel(now: () => number): QueuePanel {
  const WIDTH = 600;
  const HEIGHT = 100;
  const byId = (id: string) => document.getElementById(id)!;
  const number = new Intl.NumberFormat("en");
  let past: readonly Sample[] = [];
  let latest: Sample | undefined;

  const draw = (parent: Element, shapes: [kind: string, path: string][]) => {
    shapes.forEach(([kind, path], index) => {
      const shape =
        parent.children[index] ?? parent.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
      shape.setAttribute("class", kind);
      shape.setAttribute("d", path);
    });
  };
  /** The next of 1, 2, 5, 10, 20, 50... that is at least `value`, so that the scale does not tremble. */
  const ceiling = (value: number) => {
    const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
    return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value)!;
  };

  const render = () => {
    const samples = latest ? [...past.filter(([at]) => at < latest![0]), latest] : past;
    const first = samples[0];
    const last = samples[samples.length - 1];
    if (!first || !last) {
      return;
    }
    const span = Math.max(last[0] - first[0], 120_000);
    const x = (at: number) => WIDTH - ((last[0] - at) / span) * WIDTH;
    const done = samples.slice(1).map((sample, index) => {
      const before = samples[index]!;
      const grown = (column: 3 | 4) => Math.max(0, sample[column] - before[column]);
      return { from: x(before[0]), to: x(sample[0]), completed: grown(3), failed: grown(4) };
    });
    const topHeld = ceiling(Math.max(4, ...samples.map((sample) => Math.max(sample[1], sample[2]))));
    const topDone = ceiling(Math.max(4, ...done.map(({ completed, failed }) => completed + failed)));
    const y = (value: number, top: number) => HEIGHT - (value / top) * (HEIGHT - 2) - 1;
    const line = (column: 1 | 2) =>
      samples.map((sample) => `${x(sample[0]).toFixed(1)} ${y(sample[column], topHeld).toFixed(1)}`).join("L");
    const bar = (from: number, to: number, low: number, high: number) => {
      const left = from + Math.min(1, (to - from) / 4);
      return high > low ? `M${left} ${y(low, topDone)}V${y(high, topDone)}H${to}V${y(low, topDone)}Z` : "";
    };
    draw(byId("held"), [
      ["area waiting", `M${x(first[0])} ${HEIGHT}L${line(1)}L${WIDTH} ${HEIGHT}Z`],
      ["line waiting", `M${line(1)}`],
      ["line active", `M${line(2)}`],
    ]);
    draw(byId("done"), [
      ["completed", done.map((d) => bar(d.from, d.to, 0, d.completed)).join("")],
      ["failed", done.map((d) => bar(d.from, d.to, d.completed, d.completed + d.failed)).join("")],
    ]);
    const minutes = Math.round(span / 60_000);
    const total = (of: "completed" | "failed") => done.reduce((sum, bar) => sum + bar[of], 0);
    byId("waiting").textContent = number.format(last[1]);
    byId("active").textContent = number.format(last[2]);
    byId("completed").textContent = number.format(total("completed"));
    byId("failed").textContent = number.format(total("failed"));
    byId("held-top").textContent = number.format(topHeld);
    byId("done-top").textContent = number.format(topDone);
    document.querySelectorAll(".minutes").forEach((element) => (element.textContent = `${minutes} min`));
    byId("held").setAttribute(
      "aria-label",
      `Waiting and active jobs over ${minutes} minutes; now ${last[1]} and ${last[2]}`,
    );
    byId("done").setAttribute(
      "aria-label",
      `Over ${minutes} minutes ${total("completed")} jobs completed and ${total("failed")} failed`,
    );
  };

  return {
    now({ waiting, active, completed, failed }) {
      // Another replica's clock may have taken the last sample, and be a little ahead.
      latest = [Math.max(now(), (past[past.length - 1]?.[0] ?? 0) + 1), waiting, active, completed, failed];
      render();
    },
    history(samples) {
      past = samples;
      render();
    },
  };
}
