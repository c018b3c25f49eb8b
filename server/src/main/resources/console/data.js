import { el, number, when, empty } from "./dom.js";
import { get, post } from "./api.js";
import { toast } from "./dom.js";

const table = (heads, rows) => el("div", { class: "scroll" }, el("table", {},
  el("thead", {}, el("tr", {}, heads.map(([name, right]) => el("th", { class: right ? "n" : "" }, name)))),
  el("tbody", {}, rows)));

/** What came in, what was set aside, and what models learn from. */
export async function data(body) {
  const [imports, cleaning, dataset] = await Promise.all([
    get("/v1/data/imports"), get("/v1/data/cleaning"), get("/v1/data/dataset").catch(() => null)]);
  const aside = el("div");
  body.append(el("h1", {}, "Data"),
    el("section", { class: "card" }, el("h2", {}, "Imports"), imports.items.length === 0
      ? empty("Nothing was imported; products and events may still have come over the API.")
      : table([["source"], ["holds"], ["state"], ["finished"], ["read", 1], ["taken in", 1], ["set aside", 1]],
        imports.items.map((one) => el("tr", {}, el("td", {}, one.source), el("td", {}, one.kind), el("td", {}, one.state),
          el("td", {}, when(one.finishedAt)), el("td", { class: "n" }, number(one.read)),
          el("td", { class: "n" }, number(one.accepted)), el("td", { class: "n" }, number(one.rejected)))))),
    el("section", { class: "card" }, el("h2", {}, "Cleaning"),
      el("p", {}, `${number(cleaning.kept)} of ${number(cleaning.read)} logged events are fit to learn from.`),
      table([["rule"], ["why"], ["set aside", 1], [""]], cleaning.rules.map((rule) => el("tr", {},
        el("td", {}, rule.rule), el("td", {}, rule.description), el("td", { class: "n" }, number(rule.count)),
        el("td", {}, el("button", { onclick: () => records(aside, rule.rule) }, "Records")))))),
    el("section", { class: "card" }, el("h2", {}, "Set aside when read"),
      el("div", { class: "actions" },
        el("button", { onclick: () => records(aside, "") }, "Show records"),
        el("button", { onclick: async () => { await post("/v1/data/setAside:replay"); toast("Reading them again"); } }, "Read them again after a fix")),
      aside),
    el("section", { class: "card" }, el("h2", {}, "Data set"), dataset ? datasetFacts(dataset)
      : empty("There is no behaviour to learn from yet.")));
}

function datasetFacts(dataset) {
  const parts = Object.entries(dataset.interactions).map(([part, count]) => `${part} ${number(count)}`).join(", ");
  const types = Object.entries(dataset.eventTypes).map(([type, count]) => `${type} ${number(count)}`).join(", ");
  return el("div", { class: "facts" },
    el("span", {}, "hash"), el("code", {}, dataset.hash),
    el("span", {}, "people"), el("span", {}, number(dataset.people)),
    el("span", {}, "items"), el("span", {}, number(dataset.items)),
    el("span", {}, "split"), el("span", {}, dataset.split),
    el("span", {}, "parts"), el("span", {}, parts),
    el("span", {}, "types"), el("span", {}, types));
}

async function records(where, rule) {
  const page = await get(`/v1/data/setAside?pageSize=50${rule ? `&rule=${encodeURIComponent(rule)}` : ""}`);
  where.replaceChildren(page.items.length === 0
    ? empty(rule ? `No record of rule ${rule} is kept as a file.` : "Nothing was set aside.")
    : table([["where"], ["reason"], ["record"]], page.items.map((one) => el("tr", {},
      el("td", {}, `${one.source} ${one.line}`), el("td", {}, one.reason), el("td", {}, el("code", {}, one.record.slice(0, 300)))))));
  where.scrollIntoView({ block: "nearest" });
}
