import { el, empty, toast, number } from "./dom.js";
import { get, post } from "./api.js";
import { picture } from "./pictures.js";

const VISITOR = "vitrine.console.visitor";
const FACETS = ["brand", "categories", "price"];
const state = { query: "", filters: {}, tokens: new Map() };

function visitor() {
  let id = localStorage.getItem(VISITOR);
  if (!id) {
    id = `console-${crypto.randomUUID().slice(0, 8)}`;
    localStorage.setItem(VISITOR, id);
  }
  return id;
}

/** Tells Vitrine what the shopper did, with the token of the answer that led there. */
async function happened(eventType, item, more = {}) {
  await post("/v1/userEvents:write", {
    eventId: crypto.randomUUID(), eventType, visitorId: visitor(), eventTime: new Date().toISOString(),
    ...(item ? { productDetails: [{ id: item.id, quantity: 1, ...(item.price ? { price: item.price } : {}) }] } : {}),
    ...(item && state.tokens.get(item.id) ? { attributionToken: state.tokens.get(item.id) } : {}),
    ...more,
  });
}

function price(item) {
  if (item.price === undefined) return "";
  const money = (value) => new Intl.NumberFormat("en", { style: "currency", currency: item.currency || "EUR" }).format(value);
  return el("div", { class: "price" }, money(item.price),
    item.originalPrice > item.price ? el("s", {}, money(item.originalPrice)) : "");
}

function cardOf(result, token) {
  const item = result.product ?? { id: result.id };
  state.tokens.set(item.id, token);
  return el("button", { class: "product", "data-id": item.id, onclick: () => { location.hash = `#/product/${encodeURIComponent(item.id)}`; } },
    picture(item),
    el("div", { class: "text" },
      el("span", { class: "brandname" }, item.brand ?? ""),
      el("span", { class: "title" }, item.title || item.id),
      result.reasons?.length ? el("span", { class: "why" }, result.reasons[0].replaceAll("-", " ")) : "",
      price(item)));
}

async function shelf(where, config, title, request = {}) {
  const answer = await post(`/v1/servingConfigs/${config}:recommend`, { visitorId: visitor(), pageSize: 12, explain: true, ...request });
  where.replaceChildren(...(answer.results.length === 0 ? [] : [
    el("h2", {}, title),
    el("div", { class: "row" }, answer.results.map((result) => cardOf(result, answer.attributionToken)))]));
}

function shelves(list) {
  const nodes = list.map(([config, title, request]) => {
    const node = el("section", { class: "shelf", "data-shelf": config });
    shelf(node, config, title, request).catch((error) => node.replaceChildren(empty(error.message)));
    return node;
  });
  return nodes;
}

function finder(onSearch) {
  const hints = el("div", { class: "hints", hidden: true });
  const input = el("input", { type: "search", placeholder: "Search the shop", "aria-label": "Search the shop", value: state.query, autocomplete: "off" });
  let asked = 0;
  const search = (text) => {
    state.query = text;
    state.filters = {};
    input.value = text;
    hints.hidden = true;
    asked++;
    onSearch();
  };
  input.addEventListener("input", async () => {
    const mine = ++asked;
    const text = input.value.trim();
    if (text.length < 2) {
      hints.hidden = true;
      return;
    }
    const answer = await get(`/v1/completeQuery?q=${encodeURIComponent(text)}&n=6`).catch(() => ({ completions: [] }));
    if (mine === asked) {
      hints.replaceChildren(...answer.completions.map((hint) => el("button", { onclick: () => search(hint.text) }, hint.text)));
      hints.hidden = answer.completions.length === 0;
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") search(input.value.trim());
    if (event.key === "Escape") hints.hidden = true;
  });
  const fresh = () => {
    localStorage.removeItem(VISITOR);
    visitor();
    dispatchEvent(new HashChangeEvent("hashchange"));
  };
  return el("div", { class: "find" }, el("div", { class: "box" }, input, hints),
    el("span", { class: "who" }, `You are ${visitor()}`, el("button", { onclick: fresh }, "Become somebody new")));
}

/** The front of the shop: a search box and shelves. */
export async function shop(body) {
  const below = el("div");
  const draw = () => (state.query ? results(below, draw) : front(below));
  body.append(finder(draw), below);
  await draw();
}

function front(where) {
  where.replaceChildren(...shelves([
    ["recently-viewed", "You looked at"],
    ["recommended-for-you", "Recommended for you"],
    ["buy-it-again", "Buy it again"],
    ["trending", "Trending now"]]));
}

function filterText() {
  const parts = [];
  for (const [key, values] of Object.entries(state.filters)) {
    if (values.size === 0) continue;
    if (key === "price") {
      parts.push(`(${[...values].map((range) => {
        const [low, high] = range.split("-");
        return `price: IN(${low || "*"}, ${high ? `${high}e` : "*"})`;
      }).join(" OR ")})`);
    } else {
      parts.push(`${key}: ANY(${[...values].map((value) => JSON.stringify(value)).join(", ")})`);
    }
  }
  return parts.join(" AND ");
}

async function results(where, draw) {
  const answer = await post("/v1/servingConfigs/search:search", { query: state.query, visitorId: visitor(), pageSize: 24, facets: FACETS, ...(filterText() ? { filter: filterText() } : {}) });
  happened("search", null, { searchQuery: state.query, attributionToken: answer.attributionToken }).catch(() => {});
  const found = answer.results.map((result) => cardOf(result, answer.attributionToken));
  const instead = (answer.recommended ?? []).map((result) => cardOf(result, answer.attributionToken));
  where.replaceChildren(
    el("p", {}, `${number(answer.totalSize)} products for “${state.query}”`,
      answer.correctedQuery ? `, shown for “${answer.correctedQuery}”` : "", " ",
      el("button", { onclick: () => { state.query = ""; dispatchEvent(new HashChangeEvent("hashchange")); } }, "Clear")),
    el("div", { class: "results" },
      el("aside", {}, (answer.facets ?? []).filter((facet) => facet.values.length > 0).map((facet) => facetBox(facet, draw))),
      found.length > 0 ? el("div", { class: "grid" }, found)
        : el("div", {}, empty("Nothing here fits that."), instead.length ? el("h2", {}, "What others like") : "", el("div", { class: "grid" }, instead))));
}

/** A range of prices in words: it holds its lower end. */
function span(range) {
  const [low, high] = range.split("-");
  if (!low) return `under ${high}`;
  return high ? `${low} to ${high}` : `${low} and more`;
}

function facetBox(facet, draw) {
  const chosen = (state.filters[facet.key] ??= new Set());
  return el("div", { class: "facet", "data-facet": facet.key }, el("h3", {}, facet.key),
    facet.values.slice(0, 10).map((value) => {
      const box = el("input", { type: "checkbox", checked: chosen.has(value.value) });
      box.addEventListener("change", () => {
        if (box.checked) chosen.add(value.value);
        else chosen.delete(value.value);
        draw();
      });
      return el("label", {}, box, facet.key === "price" ? span(value.value) : value.value, el("span", { class: "count" }, number(value.count)));
    }));
}

/** An attribute in words; of a long list the beginning. */
function fact(value) {
  const all = [value].flat();
  return all.slice(0, 4).join(", ") + (all.length > 4 ? ` and ${all.length - 4} more` : "");
}

/** One product with what goes with it. */
export async function product(body, id) {
  const item = await get(`/v1/products/${encodeURIComponent(id)}`);
  await happened("detail-page-view", item);
  const search = () => { location.hash = "#/shop"; };
  const act = async (type, words, more) => {
    await happened(type, item, more);
    toast(words);
  };
  const facts = Object.entries(item.attributes ?? {}).slice(0, 12);
  body.append(finder(search),
    el("p", { class: "crumbs" }, el("a", { href: "#/shop" }, "Shop"), (item.categories?.[0] ?? []).map((name) => ` › ${name}`)),
    el("div", { class: "detail" }, picture(item), el("div", {},
      el("span", { class: "brandname" }, item.brand ?? ""),
      el("h1", {}, item.title || item.id), price(item),
      el("div", { class: "actions" },
        el("button", { class: "main", onclick: () => act("add-to-cart", "In the cart") }, "Add to cart"),
        el("button", { onclick: () => act("purchase-complete", "Bought", { value: item.price ?? 0, currency: item.currency || "EUR" }) }, "Buy now")),
      el("p", {}, item.description ?? ""),
      el("div", { class: "facts" }, facts.flatMap(([key, value]) => [el("span", {}, key.replaceAll("_", " ")), el("span", {}, fact(value))])))),
    ...shelves([
      ["frequently-bought-together", "Bought together", { itemId: id }],
      ["similar-items", "Similar", { itemId: id }],
      ["others-you-may-like", "Others you may like", { itemId: id }],
      ["recently-viewed", "You looked at"]]));
  scrollTo(0, 0);
}
