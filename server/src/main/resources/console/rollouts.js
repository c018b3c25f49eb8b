import { el, number, when, time, duration, empty, confirmed, toast } from "./dom.js";
import { get, post } from "./api.js";
import { lines } from "./charts.js";

const EVERY = 2000;
const STAGES = ["shadow", "canary", "ramp"];
const MOVING = ["loading", ...STAGES, "promoting", "switching", "paused", "rolling-back"];

/** How new releases come to answer: the one in motion with what both sides answered, its verdict, and those before. */
export async function rollouts(body) {
  const now = el("div");
  const before = el("section", { class: "card" });
  body.append(el("h1", {}, "Rollouts"), now, before);
  let opened = false;
  const draw = async () => {
    const { items } = await get("/v1/rollouts?pageSize=50");
    before.replaceChildren(el("h2", {}, "Before"), items.length < 2 ? empty("None.") : table(items.slice(1)));
    if (items.length === 0) {
      now.replaceChildren(el("section", { class: "card" }, el("h2", {}, "None yet"),
        empty("A release begins one by “Roll out” on the page of models, or by vitrine rollout start.")));
      return;
    }
    const course = await get(`/v1/rollouts/${items[0].id}/course`);
    opened = now.querySelector("details")?.open ?? opened;
    now.replaceChildren(...shown(items[0], course, draw));
    now.querySelector("details").open = opened;
  };
  await draw();
  const timer = setInterval(() => draw().catch(() => {}), EVERY);
  return () => clearInterval(timer);
}

function shown(rollout, course, draw) {
  const moving = MOVING.includes(rollout.state);
  const failed = ["rolled-back", "aborted", "failed", "rolling-back"].includes(rollout.state);
  const actions = buttons(rollout, draw);
  return [
    el("section", { class: "card", "data-rollout": rollout.id, "data-state": rollout.state },
      el("h2", {}, moving ? "In motion" : rollout.state === "settling" ? "Live, the way back open" : "The last one", " ",
        el("span", { class: pill(rollout.state) }, rollout.state.replaceAll("-", " "))),
      el("p", {}, happens(rollout)),
      el("p", { role: "status", class: failed ? "reason bad" : "reason" }, failed ? [el("b", {}, "Why: "), sentence(rollout.reason)]
        : [el("b", {}, words(rollout)), sentence(judged(rollout) ? rollout.verdict.reason : rollout.reason)]),
      stages(rollout),
      el("div", { class: "facts" },
        el("span", {}, "release"), el("code", {}, rollout.release),
        el("span", {}, "before"), el("code", {}, rollout.previous),
        el("span", {}, "begun"), el("span", {}, `${when(rollout.beganAt)} by ${rollout.who}, ${lasted(rollout)}`)),
      actions.length > 0 ? el("div", { class: "actions" }, actions) : ""),
    charts(rollout, course),
    el("section", { class: "card" }, el("h2", {}, "What the judge sees"), checks(rollout.verdict),
      el("details", {}, el("summary", {}, "How it went"), el("div", { class: "scroll" }, el("table", {}, el("tbody", {},
        rollout.history.map((moment) => el("tr", {}, el("td", { class: "whole" }, when(moment.at)), el("td", { class: "whole" }, moment.state),
          el("td", {}, moment.reason)))))))),
  ];
}

function buttons(rollout, draw) {
  const act = (verb, question, label) => el("button", { onclick: async () => {
    if (!(await confirmed(question, label))) return;
    try {
      await post(verb === "rollback" ? `/v1/releases/${rollout.release}:rollback` : `/v1/rollouts/${rollout.id}:${verb}`);
      toast("Done");
    } catch (error) {
      toast(error.message);
    }
    await draw();
  } }, label);
  const { state, release, previous } = rollout;
  const found = [];
  if (state === "paused") found.push(act("resume", "Go on with this rollout?", "Resume"));
  else if (["loading", ...STAGES, "promoting"].includes(state)) found.push(act("pause", "Let it stay where it is? Its visitors stay with it.", "Pause"));
  if ([...STAGES, "paused"].includes(state)) {
    found.push(act("promote", `Skip the stages that are left, and answer all shoppers from ${release}?`, "Make live now"));
  }
  if (MOVING.includes(state) && state !== "rolling-back") found.push(act("abort", `Take ${release} back? All are answered by ${previous} again.`, "Take back"));
  if (["settling", "promoted"].includes(state)) {
    const where = rollout.back ? "Go back further, to a release that was not taken back?" : `Go back to ${previous}? It answers everybody again.`;
    found.push(act("rollback", where, "Roll back"));
  }
  return found;
}

/** What a visitor would notice of it now. */
function happens({ state, stages, stage, release }) {
  const share = stages[stage] ? `${stages[stage].percent} %` : "";
  switch (state) {
    case "loading": return "The new release is loaded beside the live one; nobody is answered by it.";
    case "shadow": return `Copies of ${share} of the visitors’ requests go to the new release; nobody sees its answers.`;
    case "canary": return `The new release answers ${share} of the visitors, beside as many whom the live one answers.`;
    case "ramp": return `The new release answers ${share} of the visitors.`;
    case "paused": return "Nothing changes until it is resumed; whoever the new release answers stays with it.";
    case "promoting": case "switching": return "All stages have passed; everybody is being switched to the new release.";
    case "settling": return "The new release answers everybody. The one before stays loaded: going back is at once.";
    case "promoted": return "The new release answers everybody.";
    case "rolling-back": return "The new release is being taken back.";
    default: return `${release} was taken back: everybody is answered by the release before.`;
  }
}

const pill = (state) => (["rolled-back", "aborted", "failed", "rolling-back"].includes(state) ? "pill down"
  : ["promoted", "settling"].includes(state) ? "pill" : "pill wait");

/** Whether the verdict says more than the last change of state does. */
const judged = (rollout) => rollout.verdict.requests > 0 && [...STAGES, "settling", "promoted"].includes(rollout.state);

function words(rollout) {
  if (!judged(rollout)) return "";
  return ({ pass: "Passed: ", fail: "Failed: ", inconclusive: "Undecided: " })[rollout.verdict.decision] ?? "";
}

const sentence = (text) => (text ? `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}` : "");

function lasted(rollout) {
  const end = rollout.ended ? rollout.history.at(-1)?.at : Date.now();
  return `${rollout.ended ? "lasted" : "for"} ${duration((end - rollout.beganAt) / 1000)}`;
}

/** The way to everybody, and how far it came. */
function stages(rollout) {
  if (rollout.stages.length === 0) return el("p", { class: "crumbs" }, "Without stages: loaded, warmed, switched.");
  const { state, stage } = rollout;
  const live = ["promoting", "switching", "settling", "promoted"].includes(state);
  const reached = rollout.history.some((moment) => STAGES.includes(moment.state));
  const steps = rollout.stages.map((one, i) => ({
    name: `${one.kind} ${one.percent} %`,
    note: [one.segment, ...rollout.plan.stages[i].audience.sites, `${number(one.minRequests)} requests of each side, at least`].filter(Boolean).join("; "),
    className: live || (reached && i < stage) ? "done" : reached && i === stage ? "at" : "",
  }));
  steps.push({ name: "everybody", note: "", className: ["settling", "promoted"].includes(state) ? "done" : "" });
  return el("ol", { class: MOVING.includes(state) || live ? "way" : "way stopped" },
    steps.map((step) => el("li", { class: step.className, title: step.note, "aria-current": step.className === "at" ? "step" : null }, step.name)));
}

const PERCENT = ["errors", "empty answers", "slow answers", "clicks", "purchases", "empty answers of a user group"];
const ALWAYS = ["latency", "errors", "empty answers", "clicks"];

/** What both sides answered, since the stage began: what is always looked at, and what failed. */
function charts(rollout, course) {
  if (course.at.length < 2) return "";
  const bad = new Set(rollout.verdict.checks.filter((check) => check.decision === "fail").map((check) => `${check.signal} ${check.subject}`));
  const drawn = course.lines.filter((line) => (ALWAYS.includes(line.signal) && line.subject === "")
    || (bad.has(`${line.signal} ${line.subject}`) && (PERCENT.includes(line.signal) || line.signal === "latency")));
  const order = (line) => (bad.has(`${line.signal} ${line.subject}`) ? -1 : ALWAYS.indexOf(line.signal));
  drawn.sort((a, b) => order(a) - order(b));
  return el("section", { class: "two charts" }, drawn.map((line) => {
    const rate = PERCENT.includes(line.signal);
    const scaled = (values) => values.map((value) => (value === null ? null : rate ? 100 * value : value));
    const title = line.signal === "latency" ? "Time of the median answer"
      : line.subject ? `Empty answers, visitors ‘${line.subject}’` : sentence(line.signal).slice(0, -1);
    const failed = bad.has(`${line.signal} ${line.subject}`);
    return el("div", { class: failed ? "card failed" : "card", "data-signal": line.signal },
      el("h2", {}, title, rate ? ", of requests" : "", failed ? [" ", el("span", { class: "pill down" }, "worse")] : ""),
      lines(course.at, [
        { name: "new release", colour: failed ? "var(--bad)" : "var(--accent)", values: scaled(line.candidate) },
        { name: "baseline", colour: "var(--soft)", values: scaled(line.baseline) },
      ], rate ? "(%)" : "(ms)", course.at.at(-1) - course.at[0] < 600_000 ? seconds : time));
  }));
}

const exact = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const seconds = (millis) => exact.format(new Date(millis));

/** A value as people read it. */
function value(signal, one) {
  if (one === null) return "–";
  if (PERCENT.includes(signal)) return `${(100 * one).toFixed(2)} %`;
  if (signal === "latency") return `${one.toFixed(1)} ms`;
  return signal === "coverage" ? number(one) : one.toFixed(2);
}

const OPEN = { pass: "fine", fail: "worse", inconclusive: "open" };

function checks(verdict) {
  if (verdict.checks.length === 0) return empty("Nothing was compared yet.");
  return [el("p", { class: "crumbs" }, `${number(verdict.requests)} requests of each side in the stage it was in last. What has to be fine before a stage passes is in bold.`),
    el("div", { class: "scroll" }, el("table", {},
      el("thead", {}, el("tr", {}, ["signal", "", "new release", "baseline", "in words"].map((head) => el("th", {}, head)))),
      el("tbody", {}, verdict.checks.map((check) => el("tr", {},
        el("td", { class: "whole" }, el(check.required ? "b" : "span", {}, check.subject ? `${check.signal}: ${check.subject}` : check.signal)),
        el("td", {}, el("span", { class: check.decision === "fail" ? "pill down" : check.decision === "pass" ? "pill" : "pill wait" }, OPEN[check.decision])),
        el("td", { class: "n whole" }, value(check.signal, check.canary)), el("td", { class: "n whole" }, value(check.signal, check.baseline)),
        el("td", {}, check.words))))))];
}

/** One that another followed while the release before was still at hand just went live. */
const ended = (state) => (["settling", "promoted"].includes(state) ? "went live" : state.replaceAll("-", " "));

function table(items) {
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, ["begun", "release", "", "why"].map((head) => el("th", {}, head)))),
    el("tbody", {}, items.map((one) => el("tr", {}, el("td", { class: "whole" }, when(one.beganAt)), el("td", { class: "mono" }, one.release),
      el("td", { class: "whole" }, el("span", { class: pill(one.state) }, ended(one.state))), el("td", {}, one.reason))))));
}
