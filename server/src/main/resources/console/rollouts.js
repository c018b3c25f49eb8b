import { el, number, when, empty, confirmed, toast } from "./dom.js";
import { get, post } from "./api.js";

const EVERY = 2000;
const MOVING = ["loading", "shadow", "canary", "ramp", "promoting", "switching", "paused", "rolling-back"];

/** How new releases come to answer: the one in motion with its verdict, and those before. */
export async function rollouts(body) {
  const now = el("section", { class: "card" });
  const before = el("section", { class: "card" });
  body.append(el("h1", {}, "Rollouts"), now, before);
  const draw = async () => {
    const { items } = await get("/v1/rollouts?pageSize=50");
    now.replaceChildren(...(items.length === 0
      ? [el("h2", {}, "None yet"), empty("A release begins one by “Roll out” on the page of models, or by vitrine rollout start.")]
      : shown(items[0], draw)));
    before.replaceChildren(el("h2", {}, "Before"), items.length < 2 ? empty("None.") : table(items.slice(1)));
  };
  await draw();
  const timer = setInterval(() => draw().catch(() => {}), EVERY);
  return () => clearInterval(timer);
}

function shown(rollout, draw) {
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
  const moving = MOVING.includes(rollout.state);
  const buttons = [];
  if (rollout.state === "paused") buttons.push(act("resume", "Go on with this rollout?", "Resume"));
  else if (moving && rollout.state !== "rolling-back") buttons.push(act("pause", "Let it stay where it is? Its visitors stay with it.", "Pause"));
  if (["shadow", "canary", "ramp", "paused"].includes(rollout.state)) {
    buttons.push(act("promote", `Skip the stages that are left, and answer all shoppers from ${rollout.release}?`, "Make live now"));
  }
  if (moving && rollout.state !== "rolling-back") buttons.push(act("abort", `Take ${rollout.release} back? All are answered by ${rollout.previous} again.`, "Take back"));
  if (["settling", "promoted"].includes(rollout.state)) {
    buttons.push(act("rollback", `Go back to ${rollout.previous}? It answers everybody again, at once.`, "Roll back"));
  }
  return [
    el("h2", {}, moving ? "In motion" : rollout.state === "settling" ? "Live, and watched" : "The last one"),
    el("div", { class: "facts" },
      el("span", {}, "release"), el("code", {}, rollout.release),
      el("span", {}, "before"), el("code", {}, rollout.previous),
      el("span", {}, "state"), el("span", {}, el("span", { class: pill(rollout.state) }, rollout.state), ` ${rollout.reason}`),
      el("span", {}, "begun"), el("span", {}, `${when(rollout.beganAt)} by ${rollout.who}`)),
    stages(rollout),
    el("p", { role: "status" }, el("b", {}, words(rollout.verdict.decision)), ` ${rollout.verdict.reason}.`),
    checks(rollout.verdict.checks),
    el("div", { class: "actions" }, buttons),
    el("details", {}, el("summary", {}, "How it went"), el("div", { class: "scroll" }, el("table", {}, el("tbody", {},
      rollout.history.map((moment) => el("tr", {}, el("td", {}, when(moment.at)), el("td", {}, moment.state), el("td", {}, moment.reason)))))))];
}

const pill = (state) => (["rolled-back", "aborted", "failed", "rolling-back"].includes(state) ? "pill down"
  : ["promoted", "settling"].includes(state) ? "pill" : "pill wait");
const words = (decision) => ({ pass: "Passed:", fail: "Failed:", inconclusive: "Not certain yet:" })[decision] ?? decision;

function stages(rollout) {
  if (rollout.stages.length === 0) return el("p", {}, "Without stages: loaded, warmed, switched.");
  const reached = rollout.ended || rollout.state === "settling" ? rollout.stages.length : rollout.stage;
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, ["", "stage", "of visitors", "among", "requests of each arm, at least"].map((head) => el("th", {}, head)))),
    el("tbody", {}, rollout.stages.map((stage, i) => el("tr", {},
      el("td", {}, i < reached && rollout.state !== "rolled-back" ? "✓" : i === rollout.stage ? "→" : ""),
      el("td", {}, stage.kind), el("td", { class: "n" }, `${stage.percent} %`),
      el("td", {}, stage.segment || "everybody"), el("td", { class: "n" }, number(stage.minRequests)))))));
}

const value = (one) => (one === null ? "–" : Math.abs(one) < 1 ? one.toFixed(4) : one.toFixed(2));

function checks(items) {
  if (items.length === 0) return "";
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, ["signal", "", "candidate", "baseline", "in words"].map((head) => el("th", {}, head)))),
    el("tbody", {}, items.map((check) => el("tr", {},
      el("td", { class: "whole" }, check.subject ? `${check.signal}: ${check.subject}` : check.signal),
      el("td", {}, el("span", { class: check.decision === "fail" ? "pill down" : check.decision === "pass" ? "pill" : "pill wait" }, check.decision)),
      el("td", { class: "n" }, value(check.canary)), el("td", { class: "n" }, value(check.baseline)),
      el("td", {}, check.words))))));
}

function table(items) {
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, ["begun", "release", "state", "why"].map((head) => el("th", {}, head)))),
    el("tbody", {}, items.map((one) => el("tr", {}, el("td", {}, when(one.beganAt)), el("td", { class: "mono" }, one.release),
      el("td", {}, one.state), el("td", {}, one.reason))))));
}
