import { el, number, when, empty, toast } from "./dom.js";
import { get, post } from "./api.js";
import { lines } from "./charts.js";

const EVERY = 5000;

/** How good the live release is on what came after it, what has changed since, and what went wrong most. */
export async function quality(body, chosen) {
  const now = el("section", { class: "card" });
  const chart = el("section", { class: "card" });
  const about = el("div");
  const list = el("section", { class: "card" });
  body.append(el("h1", {}, "Quality"), now, chart, about, list);
  let shown;
  const draw = async () => {
    const [status, { items }] = await Promise.all([get("/v1/quality"), get("/v1/quality/evaluations?pageSize=200")]);
    now.replaceChildren(...standing(status, items[0], draw));
    const wanted = chosen ? Number(chosen) : items[0]?.number;
    if (`${wanted} ${items[0]?.number}` === shown) return;
    shown = `${wanted} ${items[0]?.number}`;
    chart.replaceChildren(el("h2", {}, "NDCG@20 over time"), overTime(items));
    list.replaceChildren(el("h2", {}, "Evaluations"), table(items, wanted));
    about.replaceChildren(...(wanted ? whole(await get(`/v1/quality/evaluations/${wanted}`)) : []));
  };
  await draw();
  const timer = setInterval(() => draw().catch(() => {}), EVERY);
  return () => clearInterval(timer);
}

const WORDS = { "as-good": "As good as when it was made", "better-than-popularity": "Better than popularity", worse: "Worse than when it was made",
  "not-better-than-popularity": "No better than popularity", "too-few-questions": "Too few questions" };
const CHANGED = { "too-few": "too few to say", none: "none", some: "some", strong: "strong" };
const verdict = (found) => el("span", { class: ["worse", "not-better-than-popularity"].includes(found.state) ? "pill down"
  : found.state === "too-few-questions" ? "pill wait" : "pill" }, WORDS[found.state] ?? found.state);
const changed = (state) => el("span", { class: state === "strong" ? "pill down" : state === "none" ? "pill" : "pill wait" }, CHANGED[state] ?? state);

function standing(status, newest, draw) {
  const ask = el("button", { class: "main", disabled: status.state === "running", onclick: async () => {
    try {
      await post("/v1/quality:evaluate");
      toast("Asked for");
    } catch (error) {
      toast(error.message);
    }
    await draw();
  } }, "Evaluate now");
  const next = status.nextAt <= Date.now() ? `as soon as there are ${number(status.eventsNeeded)} new events` : `${when(status.nextAt)}, with ${number(status.eventsNeeded)} new events or more`;
  return [
    el("h2", {}, "The live release on what came after its data"),
    newest ? el("p", { role: "status" }, verdict(newest.verdict), ` ${newest.verdict.words}.`)
      : el("p", { role: "status" }, "Nothing was evaluated yet."),
    newest ? el("p", {}, "Changes: ", changed(newest.drift.state), ` ${newest.drift.words}.`) : "",
    el("div", { class: "facts" },
      newest ? [el("span", {}, "release"), el("code", {}, newest.release), el("span", {}, "evaluated"), el("span", {}, when(newest.at))] : [],
      el("span", {}, "next"), el("span", {}, `${next}; there are ${number(status.eventsSince)}`),
      status.state === "running" ? [el("span", {}, "now"), el("span", {}, status.step)] : [],
      status.message ? [el("span", {}, "the last"), el("span", {}, status.message)] : []),
    el("div", { class: "actions" }, ask)];
}

function overTime(items) {
  const asked = items.filter((one) => one.figures.ndcgAt20).reverse();
  if (asked.length === 0) return empty("No question was asked yet.");
  const figure = (name) => asked.map((one) => one.figures.ndcgAt20[name] ?? null);
  return lines(asked.map((one) => one.at), [
    { name: "the live release, with 95 % around it", colour: "var(--accent)", values: figure("value"), low: figure("low"), high: figure("high") },
    { name: "the most popular products", colour: "var(--base)", values: figure("popularity") },
    { name: "when the release was made", colour: "var(--warm)", values: figure("made") }], "", when);
}

function table(items, wanted) {
  if (items.length === 0) return empty("None yet.");
  const heads = ["", "when", "release", "questions", "NDCG@20", "95 %", "popularity", "answers", "changes", "asked by"];
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", {}, head)))),
    el("tbody", {}, items.map((one) => {
      const ndcg = one.figures.ndcgAt20;
      return el("tr", {}, el("td", {}, one.number === wanted ? "→" : ""),
        el("td", { class: "whole" }, el("a", { href: `#/quality/${one.number}` }, when(one.at))), el("td", { class: "mono" }, one.release),
        el("td", { class: "n" }, number(one.questions)), el("td", { class: "n" }, ndcg ? ndcg.value.toFixed(4) : "–"),
        el("td", { class: "whole" }, ndcg ? `${ndcg.low.toFixed(4)} to ${ndcg.high.toFixed(4)}` : "–"),
        el("td", { class: "n" }, ndcg ? ndcg.popularity.toFixed(4) : "–"), el("td", {}, verdict(one.verdict)),
        el("td", {}, changed(one.drift.state)), el("td", {}, one.askedBy));
    }))));
}

function whole(evaluation) {
  return [
    el("section", { class: "card" }, el("h2", {}, "What has changed since the data of the release"),
      el("p", { class: "crumbs" }, `One event of each person, events ${number(evaluation.span.before)} to ${number(evaluation.span.data)} of the log beside `,
        `${number(evaluation.span.from)} to ${number(evaluation.span.to)}. PSI: from .1 some, from .25 strong; KS: from .13 and .2; both only where chance hardly brings as much.`),
      evaluation.drift.features.length === 0 ? empty("Nothing was compared.") : drift(evaluation.drift.features)),
    el("div", { class: "two" },
      el("section", { class: "card" }, el("h2", {}, "Why what was turned to was not among the first 20"), causes(evaluation.causes)),
      el("section", { class: "card" }, el("h2", {}, "Categories that are found least"), kinds(evaluation.kinds))),
    evaluation.shelves.length === 0 ? "" : clickRates(evaluation.shelves), cases(evaluation.cases)];
}

const figure = (value, digits = 3) => (value === undefined ? "–" : value.toFixed(digits));

function drift(features) {
  return el("div", { class: "scroll" }, el("table", { id: "drift" },
    el("thead", {}, el("tr", {}, ["", "change", "in words", "PSI", "KS or energy", "p", "people before", "now"].map((head) => el("th", {}, head)))),
    el("tbody", {}, features.map((one) => el("tr", { "data-feature": one.name },
      el("td", {}, one.what, one.prediction ? el("div", { class: "why" }, "of answers") : ""), el("td", { class: "whole" }, changed(one.state)),
      el("td", {}, one.table.length === 0 ? one.words : el("details", {}, el("summary", {}, one.words), rows(one))),
      el("td", { class: "n" }, figure(one.psi)), el("td", { class: "n" }, figure(one.ks ?? one.energy)),
      el("td", { class: "n whole" }, one.pValue === undefined ? "–" : one.pValue < .001 ? "< .001" : figure(one.pValue)),
      el("td", { class: "n" }, number(one.peopleBefore)), el("td", { class: "n" }, number(one.peopleNow)))))));
}

function rows({ kind, table: items }) {
  const value = (one) => (kind === "shares" ? `${(100 * one).toFixed(1)} %` : Math.abs(one) >= 100 ? number(one) : one.toPrecision(3));
  return el("table", {}, el("tbody", {}, items.map((row) => el("tr", {}, el("td", {}, row.name),
    el("td", { class: "n" }, value(row.before)), el("td", { class: "n" }, value(row.now))))));
}

function causes(items) {
  if (items.length === 0) return empty("Nothing was missed.");
  const all = items.reduce((sum, one) => sum + one.times, 0);
  return el("table", {}, el("tbody", {}, items.map((one) => el("tr", {}, el("td", {}, one.reason),
    el("td", { class: "n whole" }, `${number(one.times)} (${((100 * one.times) / all).toFixed(0)} %)`)))));
}

function kinds(items) {
  if (items.length === 0) return empty("No category was turned to often enough.");
  return el("table", {}, el("tbody", {}, items.slice(0, 10).map((one) => el("tr", {}, el("td", {}, one.category),
    el("td", { class: "n whole" }, `${number(one.found)} of ${number(one.times)}`)))));
}

/** How often what a shelf showed was clicked on, by day. */
function clickRates(items) {
  const days = [...new Set(items.map((one) => one.day))];
  const shelves = [...new Set(items.map((one) => one.servingConfig))];
  const rate = (day, shelf) => {
    const one = items.find((item) => item.day === day && item.servingConfig === shelf);
    return one && one.shown > 0 ? el("td", { class: "n", title: `${number(one.clicks)} of ${number(one.shown)}` }, `${((100 * one.clicks) / one.shown).toFixed(1)} %`) : el("td", { class: "n" }, "–");
  };
  return el("section", { class: "card", id: "clicks" }, el("h2", {}, "Clicks on what was in view, by day"), el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, ["shelf", ...days].map((head) => el("th", {}, head)))),
    el("tbody", {}, shelves.map((shelf) => el("tr", {}, el("td", { class: "whole" }, shelf), days.map((day) => rate(day, shelf))))))));
}

/** One case at a time, worst first. */
function cases(items) {
  const card = el("section", { class: "card", id: "cases" });
  const show = (place) => {
    const one = items[place];
    card.replaceChildren(el("h2", {}, "Answers that went wrong most"),
      el("div", { class: "actions" },
        el("button", { disabled: place === 0, onclick: () => show(place - 1) }, "Worse"),
        el("span", { class: "who" }, `${place + 1} of ${items.length}`),
        el("button", { disabled: place === items.length - 1, onclick: () => show(place + 1) }, "Next")),
      el("div", { class: "two" },
        el("div", {}, el("h2", {}, `What was turned to before: ${number(one.historySize)}, the newest first`), products(one.history)),
        el("div", {}, el("h2", {}, "What was recommended first"), products(one.shown))),
      el("h2", {}, "What was turned to after"),
      el("div", { class: "scroll" }, el("table", {}, el("tbody", {}, one.taken.map((taken) => el("tr", {}, el("td", {}, product(taken)),
        el("td", { class: "whole" }, taken.place ? `place ${taken.place}` : "not among the first 100"), el("td", {}, taken.reason)))))));
  };
  if (items.length > 0) show(0);
  else card.append(el("h2", {}, "Answers that went wrong most"), empty("None among those with much history."));
  return card;
}

const product = ({ id, title }) => el("a", { href: `#/product/${encodeURIComponent(id)}` }, title || id);
const products = (items) => (items.length === 0 ? empty("None.") : el("ol", {}, items.map((one) => el("li", {}, product(one)))));
