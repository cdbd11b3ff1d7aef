/* global uPlot, document, getComputedStyle, window, matchMedia */
// Runs in the report's page, where `uPlot` is. Plain JavaScript: it is put into the page as it is.
const report = JSON.parse(document.getElementById("report").textContent);
const { events } = report;
// The last second is rarely a whole one; its drop would look like an outage.
const timeline = report.timeline.filter(({ second }, at) => at === 0 || second < Math.floor(report.seconds));
const seconds = timeline.map(({ second }) => second);

/** Eight colours that stay apart in both schemes and for most eyes (Okabe and Ito, with grey for the rest). */
const palette = ["#0b84c6", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#b8a800", "#8a63d2"];
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Vertical lines with numbers, which the list below the plots explains. */
function eventLines(plot) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour("faint");
  ctx.fillStyle = colour("ink");
  ctx.setLineDash([4, 4]);
  ctx.textAlign = "left";
  ctx.font = `${11 * window.devicePixelRatio}px system-ui, sans-serif`;
  let last = -Infinity;
  events.forEach(({ at }, index) => {
    const x = Math.round(plot.valToPos(at, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    // Numbers that would lie over each other are left out; the list has them all.
    if (x - last > 16 * window.devicePixelRatio) {
      ctx.fillText(String(index + 1), x + 3, bbox.top + 11 * window.devicePixelRatio);
      last = x;
    }
  });
  ctx.restore();
}

function axis(label, size) {
  const grid = { stroke: colour("line"), width: 1 };
  return { stroke: colour("faint"), grid, ticks: grid, label, labelSize: 18, labelFont: "12px system-ui", size };
}

const plots = [];

/** One plot. `lines`: {label, values, stroke, fill?}; `stacked` draws them on top of each other. */
function draw(title, unit, lines, { stacked = false, log = false } = {}) {
  const section = document.createElement("section");
  section.append(Object.assign(document.createElement("h2"), { textContent: title }));
  document.getElementById("plots").append(section);
  const sums = seconds.map(() => 0);
  const data = lines.map(({ values }) => values.map((value, at) => (stacked ? (sums[at] += value ?? 0) : value)));
  const series = lines.map(({ label, stroke, values, width = 1.5 }) => ({
    ...{ label, stroke, width, points: { show: seconds.length < 3 } },
    ...(stacked && { fill: `color-mix(in srgb, ${stroke} 45%, ${colour("paper")})` }),
    value: (_, __, ___, at) => (at === null || at === undefined ? "–" : String(values[at] ?? "–")),
  }));
  // uPlot draws in order: with areas the tallest has to be behind.
  const order = stacked ? lines.map((_, at) => lines.length - 1 - at) : lines.map((_, at) => at);
  const options = {
    ...{ width: section.clientWidth, height: 230, cursor: { sync: { key: "load" } } },
    scales: {
      x: { time: false },
      y: log ? { distr: 3, log: 10 } : { range: (_, __, max) => [0, Math.max(max * 1.1, 1)] },
    },
    axes: [axis("seconds", 36), axis(unit, 56)],
    series: [{ label: "second" }, ...order.map((at) => series[at])],
    hooks: { draw: [eventLines] },
  };
  plots.push([new uPlot(options, [seconds, ...order.map((at) => data[at])], section), section]);
}

function drawAll() {
  document.getElementById("plots").textContent = "";
  plots.length = 0;
  draw(
    "Requests by outcome",
    "requests/s",
    [
      { label: "succeeded", values: timeline.map(({ succeeded }) => succeeded), stroke: colour("good") },
      { label: "failed", values: timeline.map(({ failed }) => failed), stroke: colour("bad") },
    ],
    { stacked: true },
  );
  const quantile = (name, at) => ({
    label: name,
    values: timeline.map((second) => (second.succeeded + second.failed > 0 ? Math.max(second[name], 0.01) : null)),
    stroke: palette[at],
  });
  const from = report.latency.from === "intended" ? "since a request was due" : "since a request was sent";
  draw(
    `Latency ${from}, without the slow requests`,
    "ms",
    [quantile("p50", 0), quantile("p95", 2), quantile("p99", 1), quantile("max", 4)],
    { log: true },
  );
  const names = report.replicas.map(({ name }) => name);
  const share = (name, at) => ({
    label: name,
    values: timeline.map(({ replicas }) => replicas[name] ?? 0),
    stroke: palette[at % palette.length],
  });
  draw("Requests by replica", "requests/s", names.map(share), { stacked: true });
  const reasons = [...new Set(timeline.flatMap(({ failures }) => Object.keys(failures)))];
  const errors = reasons.length > 0 ? reasons : ["none"];
  draw(
    "Errors",
    "requests/s",
    errors.map((reason, at) => ({
      ...{ label: reason, stroke: reason === "none" ? colour("good") : palette[(at + 4) % palette.length] },
      values: timeline.map(({ failures }) => failures[reason] ?? 0),
    })),
  );
}

drawAll();
window.addEventListener("resize", () =>
  plots.forEach(([plot, section]) => plot.setSize({ width: section.clientWidth, height: 230 })),
);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);

const list = document.getElementById("events");
for (const { at, name } of events) {
  const item = document.createElement("li");
  item.append(Object.assign(document.createElement("time"), { textContent: `${at.toFixed(1)} s ` }), name);
  list.append(item);
}
if (events.length === 0) list.replaceWith("None were marked.");
