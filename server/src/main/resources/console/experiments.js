import { el, svg, number, when, empty, confirmed, toast } from "./dom.js";
import { get, post, call } from "./api.js";

const EVERY = 3000;
const SHOWN = { higher: "pill", lower: "pill down", mismatch: "pill down", "not-shown": "pill wait", early: "pill wait" };
const VERDICT = { higher: "higher", lower: "lower", mismatch: "mismatch", "not-shown": "no difference shown", early: "too early" };

/** All experiments, or one with what it has shown. */
export async function experiments(body, id) {
  const draw = id ? () => one(body, id, draw) : () => all(body);
  await draw();
  const timer = setInterval(() => draw().catch(() => {}), EVERY);
  return () => clearInterval(timer);
}

async function all(body) {
  const { items } = await get("/v1/experiments?pageSize=200");
  const running = items.filter((each) => each.state === "running");
  const rest = items.filter((each) => each.state !== "running");
  body.replaceChildren(el("h1", {}, "Experiments"),
    el("section", { class: "card" }, el("h2", {}, "Running"), running.length ? table(running)
      : empty("None. A plan is a file for “vitrine experiment create FILE --start”; docs/experiments.md says what it holds.")),
    el("section", { class: "card" }, el("h2", {}, "Drafts, and those that have stopped"), rest.length ? table(rest) : empty("None.")));
}

const visitors = (each) => each.results?.arms.reduce((sum, arm) => sum + arm.visitors, 0) ?? 0;
const pill = (verdict) => el("span", { class: SHOWN[verdict] ?? "pill" }, VERDICT[verdict] ?? verdict);

function table(items) {
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, ["experiment", "state", "on", "decides", "visitors", "", "in words"].map((head) => el("th", {}, head)))),
    el("tbody", {}, items.map((each) => el("tr", {},
      el("td", { class: "whole" }, el("a", { href: `#/experiments/${encodeURIComponent(each.id)}` }, each.id)),
      el("td", {}, each.state), el("td", {}, each.servingConfigs.join(", ")), el("td", {}, each.kind === "interleaving" ? "clicks" : each.primaryMetric),
      el("td", { class: "n" }, number(visitors(each))), el("td", {}, each.results ? pill(each.results.verdict) : ""),
      el("td", {}, each.problem || (each.results?.words ?? each.description)))))));
}

async function one(body, id, draw) {
  const shown = await get(`/v1/experiments/${encodeURIComponent(id)}`);
  const results = shown.results;
  body.replaceChildren(
    el("p", { class: "crumbs" }, el("a", { href: "#/experiments" }, "Experiments"), ` / ${shown.id}`),
    el("h1", {}, shown.id),
    results?.warnings.length ? el("div", { class: results.verdict === "mismatch" ? "warning grave" : "warning", role: "alert" },
      el("b", {}, results.verdict === "mismatch" ? "Visitors or events are missing. No figure below is to be believed." : "Before you read on:"),
      el("ul", {}, results.warnings.map((warning) => el("li", {}, warning)))) : "",
    shown.problem ? el("div", { class: "warning grave", role: "alert" },
      el("b", {}, shown.state === "running" ? "It answers and counts nobody." : "It ended without results."), ` ${shown.problem}`) : "",
    el("section", { class: "card" },
      results ? el("p", { class: "verdict", role: "status" }, pill(results.verdict), ` ${results.words}.`)
        : shown.state === "draft" ? el("p", {}, "A draft: it answers nobody yet.") : "",
      facts(shown), arms(shown), actions(shown, draw)),
    results?.metrics.length ? el("section", { class: "card" }, el("h2", {}, "What the arms change, beside the control"), forest(shown),
      el("p", { class: "crumbs" }, `Lines hold the truth with a confidence of ${percent(shown.confidence)} at every look, however often somebody looks; dots are what was seen. `
        + `The shaded part is less than the ${percent(shown.minimumEffect)} that matter.`)) : "",
    results?.metrics.length ? el("section", { class: "card" }, el("h2", {}, "Figures"), figures(results)) : "",
    results?.preference ? el("section", { class: "card" }, el("h2", {}, "Whose products are clicked"), preference(shown)) : "");
}

const percent = (value) => `${(value * 100).toFixed(value * 100 >= 10 ? 0 : 1).replace(/\.0$/, "")} %`;
const signed = (value) => (value == null ? "–" : `${value > 0 ? "+" : ""}${(value * 100).toFixed(1)} %`);

function facts(shown) {
  const results = shown.results;
  const rows = [["answers", shown.servingConfigs.join(", ")], ["visitors", `${percent(shown.traffic)} of all`],
    ["decides", shown.kind === "interleaving" ? "which ranking clicks prefer" : `${shown.primaryMetric}, changes of ${percent(shown.minimumEffect)} and more`]];
  if (shown.description) rows.unshift(["about", shown.description]);
  if (results) rows.push(["answered", `${number(visitors(shown))} visitors`]);
  if (shown.startedAt) rows.push(["started", `${when(shown.startedAt)} by ${shown.who}`]);
  if (shown.stoppedAt) rows.push(["stopped", `${when(shown.stoppedAt)}: ${shown.reason}`]);
  if (results?.neededVisitors && !["higher", "lower"].includes(results.verdict)) {
    const left = results.daysLeft == null || results.missingVisitors === 0 ? "" : `, about ${results.daysLeft.toFixed(1)} days as visitors come now`;
    rows.push(["still needed", results.missingVisitors === 0 ? "nobody: a change of that size would show"
      : `at most ${number(results.missingVisitors)} of ${number(results.neededVisitors)} visitors${left}`]);
  }
  return el("div", { class: "facts" }, rows.flatMap(([name, value]) => [el("span", {}, name), el("span", {}, value)]));
}

function arms(shown) {
  const lists = shown.kind === "interleaving";
  const counts = shown.results?.arms ?? [];
  const heads = ["arm", "changes", ...(lists ? [] : ["share", "visitors", "answers", "told of impressions"])];
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, heads.map((head, i) => el("th", { class: i > 1 ? "n" : "" }, head)))),
    el("tbody", {}, shown.arms.map((arm, i) => el("tr", {},
      el("td", { class: "whole" }, arm.name),
      el("td", {}, Object.entries(arm.differs).map(([name, value]) => `${name} ${value}`).join(", ") || "nothing"),
      lists ? [] : [el("td", { class: "n" }, percent(arm.share)), el("td", { class: "n" }, counts[i] ? number(counts[i].visitors) : "–"),
      el("td", { class: "n" }, counts[i] ? number(counts[i].answers) : "–"), el("td", { class: "n" }, counts[i] ? number(counts[i].impressions) : "–")])))));
}

function actions(shown, draw) {
  const path = `/v1/experiments/${encodeURIComponent(shown.id)}`;
  const act = (label, question, verb, run) => el("button", { onclick: async () => {
    if (!(await confirmed(question, verb))) return;
    try {
      await run();
      toast("Done");
      if (verb === "Delete it") location.hash = "#/experiments";
      else await draw();
    } catch (error) {
      toast(error.message);
    }
  } }, label);
  if (shown.state === "running") {
    return el("div", { class: "actions" }, act("Stop", `Stop ${shown.id}? All visitors are answered as without it again, and it cannot be started anew. Its results stay.`,
      "Stop it", () => post(`${path}:stop?reason=${encodeURIComponent("stopped on the console")}`)));
  }
  return el("div", { class: "actions" },
    shown.state === "draft" ? act("Start", `Have ${percent(shown.traffic)} of the visitors answered by the arms of ${shown.id}?`, "Start it", () => post(`${path}:start`)) : "",
    act("Delete", `Forget ${shown.id} and all it has shown?`, "Delete it", () => call("DELETE", path)));
}

const WIDTH = 900;
const ROW = 34;
const NAMES = 250;
const RIGHT = 150;

/** One line for each metric and arm: the lift over the control, and where it lies with certainty. */
function forest(shown) {
  const rows = shown.results.metrics.flatMap((metric) => metric.comparisons.map((each) => ({ ...each, metric: metric.metric })));
  const ends = rows.flatMap((row) => [row.liftLow, row.liftHigh, row.lift]).filter((value) => value != null).map(Math.abs);
  const most = Math.min(2, Math.max(shown.minimumEffect * 1.5, ...ends));
  const x = (value) => NAMES + (WIDTH - NAMES - RIGHT) * (Math.max(-most, Math.min(most, value)) / most + 1) / 2;
  const height = rows.length * ROW + 30;
  const chart = svg("svg", { class: "chart forest", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": rows.map((row) => row.words).join("; ") });
  chart.append(
    svg("rect", { x: x(-shown.minimumEffect), y: 0, width: x(shown.minimumEffect) - x(-shown.minimumEffect), height: height - 26, fill: "var(--line)", opacity: .6 }),
    svg("line", { x1: x(0), x2: x(0), y1: 0, y2: height - 26, stroke: "var(--soft)" }));
  for (const value of [-most, -most / 2, 0, most / 2, most]) {
    chart.append(svg("text", { x: x(value), y: height - 8, "text-anchor": "middle" }, value === 0 ? "0" : `${value > 0 ? "+" : ""}${Math.round(value * 100)} %`));
  }
  rows.forEach((row, i) => {
    const y = i * ROW + ROW / 2;
    const colour = { higher: "var(--accent)", lower: "var(--bad)" }[row.verdict] ?? "var(--soft)";
    chart.append(svg("text", { class: row.metric === shown.primaryMetric ? "primary" : "", x: 0, y: y + 4 },
      shown.arms.length > 2 ? `${row.metric}, ${row.arm}` : row.metric));
    if (row.liftLow == null || row.liftHigh == null) {
      chart.append(svg("text", { x: x(0) + 8, y: y + 4 }, "not known yet"));
      return;
    }
    chart.append(svg("line", { x1: x(row.liftLow), x2: x(row.liftHigh), y1: y, y2: y, stroke: colour, "stroke-width": 5, "stroke-linecap": "round", opacity: .55 }),
      svg("text", { x: WIDTH, y: y + 4, "text-anchor": "end" }, `${signed(row.liftLow)} … ${signed(row.liftHigh)}`));
    if (row.lift != null) chart.append(svg("circle", { cx: x(row.lift), cy: y, r: 5.5, fill: colour }));
  });
  return chart;
}

const share = new Set(["clicked", "addedToCart", "bought"]);
const value = (metric, one) => (one == null ? "–" : share.has(metric) ? `${(one * 100).toFixed(2)} %` : one.toPrecision(4));

function figures(results) {
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, ["metric", ...results.arms.map((arm) => arm.arm), "in words"].map((head, i) =>
      el("th", { class: i > 0 && i <= results.arms.length ? "n" : "" }, head)))),
    el("tbody", {}, results.metrics.map((metric) => el("tr", {}, el("td", { class: "whole" }, metric.metric),
      metric.arms.map((arm) => el("td", { class: "n" }, value(metric.metric, arm.value))),
      el("td", {}, metric.comparisons.map((each) => each.words).join("; "),
        metric.explained > .01 ? ` (${percent(metric.explained)} of the variance is explained by the time before)` : ""))))));
}

function preference(shown) {
  const { forFirst, forSecond, ties, second, low, high } = shown.results.preference;
  const [one, other] = shown.arms.map((arm) => arm.name);
  const x = (part) => 40 + (WIDTH - 80) * part;
  return el("div", {},
    svg("svg", { class: "chart forest", viewBox: `0 0 ${WIDTH} 70`, role: "img", "aria-label": shown.results.words },
      svg("line", { x1: x(0), x2: x(1), y1: 26, y2: 26, stroke: "var(--line)", "stroke-width": 2 }),
      svg("line", { x1: x(.5), x2: x(.5), y1: 8, y2: 44, stroke: "var(--soft)" }),
      svg("line", { x1: x(low), x2: x(high), y1: 26, y2: 26, stroke: "var(--accent)", "stroke-width": 5, "stroke-linecap": "round", opacity: .55 }),
      svg("circle", { cx: x(second), cy: 26, r: 6, fill: "var(--accent)" }),
      svg("text", { x: x(0), y: 62 }, `all prefer ${one}`), svg("text", { x: x(.5), y: 62, "text-anchor": "middle" }, "even"),
      svg("text", { x: x(1), y: 62, "text-anchor": "end" }, `all prefer ${other}`)),
    el("p", {}, `${number(forFirst)} visitors prefer ${one}, ${number(forSecond)} prefer ${other}, ${number(ties)} neither.`));
}
