import { el, when, bytes, empty, confirmed, toast } from "./dom.js";
import { get, post } from "./api.js";
import { lines, meter } from "./charts.js";

/** Models beside popularity, and the releases made of them. */
export async function models(body) {
  const draw = async () => {
    const [evaluations, releases, registry] = await Promise.all([
      get("/v1/evaluations?pageSize=20"), get("/v1/releases?pageSize=20"), get("/v1/registry/models?pageSize=40")]);
    const newest = evaluations.items[0];
    body.replaceChildren(el("h1", {}, "Models"),
      el("section", { class: "two" }, newest && Object.keys(newest.results).length > 0
        ? ["ndcgAt20", "recallAt20"].map((figure) => comparison(newest, figure))
        : empty("Nothing was judged yet: there is too little behaviour to hold some of it out.")),
      newest ? el("p", { class: "crumbs" }, `Protocol: ${newest.protocol}. Models were fitted on the training part alone.`) : "",
      learned(registry.items.find((model) => model.parameters.curve)),
      el("section", { class: "card" }, el("h2", {}, "Trainings"), history(evaluations.items)),
      el("section", { class: "card" }, el("h2", {}, "Releases"), releaseTable(releases.items, draw)),
      el("section", { class: "card" }, el("h2", {}, "Versions"), versionTable(registry.items)));
  };
  await draw();
}

function comparison(evaluation, figure) {
  const rows = Object.entries(evaluation.results)
    .filter(([, figures]) => figures[figure] !== undefined)
    .sort(([, a], [, b]) => b[figure] - a[figure]);
  const most = Math.max(...rows.map(([, figures]) => figures[figure]));
  return el("div", { class: "card" }, el("h2", {}, figure === "ndcgAt20" ? "NDCG@20" : "Recall@20"),
    rows.map(([name, figures]) => meter(name, figures[figure], most, name !== "popularity")));
}

/** How the newest network got better, epoch by epoch. */
function learned(model) {
  if (!model) return "";
  const points = model.parameters.curve.split(" ").map((point) => point.split(":").map(Number));
  const epochs = points.map((_, i) => i + 1);
  const epoch = (number) => `epoch ${number}`;
  return el("section", { class: "two" },
    el("div", { class: "card" }, el("h2", {}, `Loss of ${model.name}/${model.version}`),
      lines(epochs, [{ name: "on what it learns from", colour: "var(--accent)", values: points.map(([loss]) => loss) }], "", epoch)),
    el("div", { class: "card" }, el("h2", {}, "NDCG@20 on validation"),
      lines(epochs, [{ name: "on what it does not learn from", colour: "var(--warm)", values: points.map(([, reached]) => reached) }], "", epoch)));
}

/** What each training reached on the newest behaviour of its time, which differs from training to training. */
function history(items) {
  const judged = items.filter((evaluation) => evaluation.results.blend?.ndcgAt20 !== undefined);
  if (judged.length === 0) return empty("No training was judged yet.");
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, ["release", "judged", "NDCG@20", "of popularity", "times popularity"].map((head) => el("th", {}, head)))),
    el("tbody", {}, judged.map(({ id, at, results }) => {
      const ours = results.blend.ndcgAt20;
      const popular = results.popularity?.ndcgAt20;
      return el("tr", {}, el("td", { class: "mono" }, id), el("td", {}, when(at)), el("td", {}, ours.toFixed(4)),
        el("td", {}, popular === undefined ? "–" : popular.toFixed(4)),
        el("td", {}, popular > 0 ? (ours / popular).toFixed(1) : "–"));
    }))));
}

function releaseTable(items, draw) {
  if (items.length === 0) return empty("The first release is being made.");
  const act = async (release, verb, question) => {
    if (await confirmed(question, verb === "promote" ? "Make it live" : "Roll back")) {
      try {
        await post(`/v1/releases/${release.id}:${verb}`);
        toast("Done");
      } catch (error) {
        toast(error.message);
      }
      await draw();
    }
  };
  const before = items.some((release) => release.state === "retired");
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, ["release", "state", "made", "size", ""].map((head) => el("th", {}, head)))),
    el("tbody", {}, items.map((release) => el("tr", {},
      el("td", { class: "mono" }, release.id),
      el("td", {}, release.state === "live" ? el("span", { class: "pill" }, "live") : release.state),
      el("td", {}, when(release.createdAt)),
      el("td", {}, bytes(release.parts.reduce((sum, part) => sum + part.bytes, 0))),
      el("td", {}, release.state === "live"
        ? [el("button", { disabled: !before,
          onclick: () => act(release, "rollback", "Go back to the release that was live before this one?") }, "Roll back"),
        before ? "" : el("div", { class: "crumbs" }, "None was live before it.")]
        : el("button", { onclick: () => act(release, "promote", `Answer all shoppers from ${release.id}?`) }, "Make live")))))));
}

/** Settings as name=value; a record among them is shown by its own fields. */
function settings(parameters) {
  return Object.entries(parameters)
    .filter(([name]) => name !== "curve")
    .map(([name, value]) => /^\w+\[(.*)]$/.exec(value)?.[1] ?? `${name}=${value}`)
    .join(", ");
}

function versionTable(items) {
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, ["model", "made", "size", "settings"].map((head) => el("th", {}, head)))),
    el("tbody", {}, items.map((model) => el("tr", {},
      el("td", {}, `${model.name}/${model.version}`), el("td", { class: "whole" }, when(model.createdAt)),
      el("td", { class: "whole" }, bytes(model.bytes)),
      el("td", {}, el("code", {}, settings(model.parameters))))))));
}
