import { el, svg, sized, time } from "./dom.js";

const WIDTH = 640;
const HEIGHT = 180;
const LEFT = 44;
const BOTTOM = 22;

/**
 * Lines over time. series: [{name, colour, values}], times in epoch milliseconds; a line stops where a value is null, and a value alone is a dot.
 * A series with low and high has a bar from one to the other at each value. Over something else than time where tell says how its values are written.
 */
export function lines(times, series, unit, tell = time) {
  const highest = Math.max(0, ...series.flatMap((s) => [...s.values, ...(s.high ?? [])].filter((value) => value !== null)));
  const top = highest > 0 ? nice(highest) : 1;
  const x = (i) => LEFT + (i / Math.max(1, times.length - 1)) * (WIDTH - LEFT - 8);
  const y = (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - 10);
  const chart = svg("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
    "aria-label": series.map((s) => s.name).join(", ") });
  for (const part of [0, .5, 1]) {
    chart.append(
      svg("line", { x1: LEFT, x2: WIDTH - 8, y1: y(top * part), y2: y(top * part), stroke: "var(--line)" }),
      svg("text", { x: LEFT - 6, y: y(top * part) + 4, "text-anchor": "end" }, label(top * part)));
  }
  for (const i of [0, Math.floor((times.length - 1) / 2), times.length - 1]) {
    if (times[i]) {
      chart.append(svg("text", { x: x(i), y: HEIGHT - 5, "text-anchor": i === 0 ? "start" : i === times.length - 1 ? "end" : "middle" },
        tell(times[i])));
    }
  }
  for (const one of series) {
    one.high?.forEach((high, i) => {
      if (high !== null) chart.append(svg("line", { x1: x(i).toFixed(1), x2: x(i).toFixed(1), y1: y(one.low[i]).toFixed(1), y2: y(high).toFixed(1), stroke: one.colour, "stroke-width": 1.5, opacity: .6 }));
    });
    for (const run of runs(one.values)) {
      if (run.length === 1) {
        chart.append(svg("circle", { cx: x(run[0]).toFixed(1), cy: y(one.values[run[0]]).toFixed(1), r: 4, fill: one.colour }));
        continue;
      }
      const points = run.map((i) => `${x(i).toFixed(1)},${y(one.values[i]).toFixed(1)}`);
      chart.append(svg("polyline", { fill: "none", stroke: one.colour, "stroke-width": 2, "stroke-linejoin": "round",
        "stroke-linecap": "round", points: points.join(" ") }));
    }
  }
  return el("div", {}, chart, el("div", { class: "legend" },
    series.map((s) => el("span", {}, sized(el("i"), "background", s.colour), `${s.name} ${unit}`))));
}

/** The places of values that follow each other without a gap. */
function runs(values) {
  const found = [];
  values.forEach((value, i) => {
    if (value === null) return;
    if (i > 0 && values[i - 1] !== null) found.at(-1).push(i);
    else found.push([i]);
  });
  return found;
}

const label = (value) => (value >= 100 ? Math.round(value) : value >= 10 ? value.toFixed(0) : value >= 1 || value === 0 ? value.toFixed(1) : value.toPrecision(1));

function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((m) => m * power).find((m) => m >= value);
}

/** One horizontal bar of a comparison. */
export function meter(name, value, most, ours) {
  return el("div", { class: ours ? "meter ours" : "meter" },
    el("span", {}, name),
    el("span", { class: "track" }, sized(el("i"), "width", `${(100 * value) / Math.max(most, 1e-9)}%`)),
    el("b", {}, value.toFixed(4)));
}
