import { el, number, when, bytes, empty, confirmed, toast } from "./dom.js";
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
      newest ? beside(newest) : "",
      newest ? slices(newest.judgement) : "",
      ...(newest ? learned(newest) : []),
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

const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(4)}`;
const range = (interval) => (interval ? `${interval.low.toFixed(4)} to ${interval.high.toFixed(4)}` : "–");
const fixed = (value, digits) => (value === undefined ? "–" : value.toFixed(digits));

/** The newest training beside what was live, and what it left out. */
function beside({ judgement, leftOut }) {
  const lines = [];
  const live = judgement?.live;
  if (live?.paired) {
    const pair = live.paired;
    lines.push(el("p", {}, `Beside the release that was live, ${live.release}: NDCG@20 ${pair.ours.toFixed(4)} and ${pair.theirs.toFixed(4)} on `,
      `${number(pair.questions)} questions of after ${when(pair.after)}, which neither had seen; a difference of `,
      el("b", {}, signed(pair.difference)), ` (95 %: ${signed(pair.interval.low)} to ${signed(pair.interval.high)}). `,
      `The models judged here know what came before ${when(pair.fitted)}; those released know all.`));
  } else if (live?.release) {
    lines.push(el("p", {}, `Not compared with ${live.release}, which was live: ${live.reason}.`));
  }
  for (const [name, reason] of Object.entries(leftOut)) lines.push(el("p", {}, el("b", {}, name), ` was left out: ${reason}.`));
  return lines.length === 0 ? "" : el("section", { class: "card" }, el("h2", {}, "The newest training"), lines);
}

/** What each model reached with some of the questions; of the whole what it shows, too. */
function slices(judgement) {
  if (!judgement) return "";
  const { whole } = judgement;
  const shown = judgement.slices;
  if (shown.length === 0) return "";
  const others = [...new Set(shown.flatMap((slice) => Object.keys(slice.results)))].filter((name) => name !== whole);
  return el("section", { class: "card" }, el("h2", {}, "By slice: NDCG@20"),
    el("div", { class: "scroll" }, el("table", {},
      el("thead", {}, el("tr", {}, ["slice", "questions", whole, "95 %", "coverage", "diversity", "novelty", ...others].map((head) => el("th", {}, head)))),
      el("tbody", {}, shown.map((slice) => {
        const ours = slice.results[whole] ?? {};
        return el("tr", {}, el("td", { class: "whole" }, slice.what), el("td", {}, number(slice.questions)),
          el("td", {}, el("b", {}, fixed(ours.ndcgAt20, 4))), el("td", { class: "whole" }, range(slice.intervals[whole]?.ndcgAt20)),
          el("td", {}, fixed(ours.coverageAt20, 3)), el("td", {}, fixed(ours.diversityAt20, 3)), el("td", {}, fixed(ours.noveltyAt20, 1)),
          others.map((name) => el("td", {}, fixed(slice.results[name]?.ndcgAt20, 4))));
      })))));
}

/** How the networks of the newest training got better, epoch by epoch, also of one that was left out. */
function learned({ curves, leftOut }) {
  return Object.entries(curves).map(([name, curve]) => {
    const points = curve.split(" ").map((point) => point.split(":").map(Number));
    const epochs = points.map((_, i) => i + 1);
    const epoch = (number) => `epoch ${number}`;
    const named = leftOut[name] ? `${name}, which was left out` : name;
    if (points.length === 1) {
      const [[loss, reached]] = points;
      return el("section", { class: "card" }, el("h2", {}, `Learning of ${named}`),
        el("p", {}, `One epoch: loss ${loss.toFixed(4)}, NDCG@20 on validation ${reached.toFixed(4)}.`));
    }
    return el("section", { class: "two" },
      el("div", { class: "card" }, el("h2", {}, `Loss of ${named}`),
        lines(epochs, [{ name: "on what it learns from", colour: "var(--accent)", values: points.map(([loss]) => loss) }], "", epoch)),
      el("div", { class: "card" }, el("h2", {}, "NDCG@20 on validation"),
        lines(epochs, [{ name: "on what it does not learn from", colour: "var(--warm)", values: points.map(([, reached]) => reached) }], "", epoch)));
  });
}

/** The name of what makes the final order; releases of before it was kept have a ranker or none. */
const whole = ({ results, judgement }) => judgement?.whole || (results.ranker ? "ranker" : "blend");

/** What each training reached on the newest behaviour of its time, which differs from training to training. */
function history(items) {
  const judged = items.filter((evaluation) => evaluation.results[whole(evaluation)]?.ndcgAt20 !== undefined);
  if (judged.length === 0) return empty("No training was judged yet.");
  const heads = ["release", "judged", "NDCG@20", "95 %", "times popularity", "coverage", "diversity", "novelty", "beside what was live", "95 %", "on questions"];
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", {}, head)))),
    el("tbody", {}, judged.map((evaluation) => {
      const { id, at, results, judgement } = evaluation;
      const ours = results[whole(evaluation)];
      const popular = results.popularity?.ndcgAt20;
      const live = judgement?.live;
      const pair = live?.paired;
      return el("tr", {}, el("td", { class: "mono whole" }, id), el("td", { class: "whole" }, when(at)), el("td", {}, ours.ndcgAt20.toFixed(4)),
        el("td", { class: "whole" }, range(judgement?.intervals[judgement.whole]?.ndcgAt20)),
        el("td", {}, popular > 0 ? (ours.ndcgAt20 / popular).toFixed(1) : "–"),
        el("td", {}, fixed(ours.coverageAt20, 3)), el("td", {}, fixed(ours.diversityAt20, 3)), el("td", {}, fixed(ours.noveltyAt20, 1)),
        pair ? [el("td", {}, el("b", {}, signed(pair.difference))),
          el("td", { class: "whole" }, `${signed(pair.interval.low)} to ${signed(pair.interval.high)}`), el("td", {}, number(pair.questions))]
          : el("td", { colspan: 3, title: live?.reason }, live?.reason || "–"));
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
  const rollOut = async (release) => {
    if (!(await confirmed(`Let ${release.id} answer a few shoppers first, and more as it proves itself?`, "Roll out"))) return;
    try {
      await post("/v1/rollouts", { release: release.id });
      location.hash = "#/rollouts";
    } catch (error) {
      toast(error.message);
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
          onclick: () => act(release, "rollback", "Go back to the release that was live before this one and was not taken back? A rollout in motion ends.") }, "Roll back"),
        before ? "" : el("div", { class: "crumbs" }, "None was live before it.")]
        : [el("button", { onclick: () => rollOut(release) }, "Roll out"), " ",
          el("button", { onclick: () => act(release, "promote", `Answer all shoppers from ${release.id}?`) }, "Make live")]))))));
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
