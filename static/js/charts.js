// Charts: reads the JSON beside a [data-chart] figure and draws it with uPlot in the theme's colours.
// The table in the same figure says the same; the drawing is hidden from screen readers.

import uPlot from "../vendor/uplot/uPlot.esm.js";

const COLOURS = ["--spot", "--gem-end", "--gold", "--good"];

function colour(name, near) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  near.append(probe);
  const seen = getComputedStyle(probe).color;
  probe.remove();
  return seen;
}

function scaled(value, unit) {
  if (value == null || unit === "COIN" || unit === "COUNT") return value;
  return value / 100; // for the drawing only: hundredths of a diamond, minor units; the table holds the exact text
}

function label(value, unit) {
  if (value == null) return "–";
  if (unit === "COIN" || unit === "COUNT") return value.toLocaleString();
  const digits = { minimumFractionDigits: unit === "DIAMOND" ? 0 : 2, maximumFractionDigits: 2 };
  const text = value.toLocaleString(undefined, digits);
  return unit === "DIAMOND" ? text : `${text} ${unit}`;
}

function line(entry, n, bars, near) {
  const stroke = colour(COLOURS[n % COLOURS.length], near);
  return {
    label: entry.label,
    stroke,
    width: bars ? 0 : 2.5,
    fill: bars ? stroke : undefined,
    paths: bars ? uPlot.paths.bars({ size: [0.6, 28], radius: 0.25 }) : uPlot.paths.spline?.(),
    points: { show: false },
    value: (_, value) => label(value, entry.unit),
  };
}

function axis(near, more) {
  const quiet = colour("--text-quiet", near);
  const grid = { stroke: colour("--line", near), width: 1 };
  return { stroke: quiet, font: "12px Inter, sans-serif", grid, ticks: { show: false }, ...more };
}

function draw(figure) {
  const box = figure.querySelector(".chart-canvas");
  const series = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  const unit = series.lines[0]?.unit;
  const lines = series.lines.filter((entry) => entry.unit === unit); // one scale; the table has the others too
  const days = series.days.map((day) => Date.parse(`${day}T00:00:00Z`) / 1000);
  const values = lines.map((entry) => entry.values.map((value) => scaled(value, entry.unit)));
  const bars = series.kind === "bars";
  box.replaceChildren();
  return new uPlot({
    width: box.clientWidth,
    height: 220,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    scales: {
      x: { range: (_, low, high) => (bars ? [low - 43200, high + 43200] : [low, high]) },
      y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.1 : 1] },
    },
    cursor: { y: false, points: { size: 8 } },
    legend: { live: true },
    axes: [
      axis(figure, { grid: { show: false }, values: "{D} {MMM}", space: 60 }),
      axis(figure, { size: 64, values: (_, ticks) => ticks.map((tick) => tick.toLocaleString(undefined, { notation: "compact" })) }),
    ],
    series: [{ label: "Day", value: "{D} {MMM} {YYYY}" }, ...lines.map((entry, n) => line(entry, n, bars, figure))],
  }, [days, ...values], box);
}

export function start() {
  const drawn = new Map();
  const figures = [...document.querySelectorAll("[data-chart]")];
  const again = () => figures.forEach((figure) => {
    drawn.get(figure)?.destroy();
    drawn.set(figure, draw(figure));
  });
  again();
  document.addEventListener("ovation:theme", again);
  new ResizeObserver(() => drawn.forEach((chart, figure) => {
    const width = figure.querySelector(".chart-canvas").clientWidth;
    if (width && width !== chart.width) chart.setSize({ width, height: 220 });
  })).observe(document.body);
}
