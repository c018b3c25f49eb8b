import { el, number, empty } from "./dom.js";
import { get } from "./api.js";

const PAGE = 50;
const second = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** Who changed what, newest first, and whether the record of it holds. */
export async function audit(body) {
  const rows = el("tbody");
  const verdict = el("p", { role: "status" }, "Reading the whole log…");
  const more = el("button", {}, "Older");
  const field = (name, hint) => el("input", { name, placeholder: hint, "aria-label": name, autocomplete: "off" });
  const form = el("form", { class: "actions" }, field("who", "who"), field("action", "action, such as release"),
    field("subject", "subject, such as a release"), el("button", { class: "main" }, "Show"));
  let token = "";
  const read = async () => {
    const query = new URLSearchParams({ pageSize: PAGE });
    for (const [name, value] of new FormData(form)) if (value.trim()) query.set(name, value.trim());
    if (token) query.set("pageToken", token);
    else rows.replaceChildren();
    const page = await get(`/v1/audit?${query}`);
    rows.append(...page.items.map(row));
    if (rows.childElementCount === 0) rows.append(el("tr", {}, el("td", { colspan: 6 }, empty("No entry."))));
    token = page.nextPageToken;
    more.hidden = !token;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    token = "";
    read().catch((error) => rows.replaceChildren(el("tr", {}, el("td", { colspan: 6 }, empty(error.message)))));
  });
  more.addEventListener("click", read);
  body.append(el("h1", {}, "Audit"),
    el("section", { class: "card" }, el("h2", {}, "Does the record hold?"), verdict),
    el("section", { class: "card" }, el("h2", {}, "Who changed what"), form,
      el("div", { class: "scroll" }, el("table", {},
        el("thead", {}, el("tr", {}, ["", "when", "who", "action", "subject", "evidence"].map((head) => el("th", {}, head)))),
        rows)), el("div", { class: "actions" }, more)));
  await read();
  get("/v1/audit:verify").then((found) => verdict.replaceChildren(...(found.holds
    ? [`All ${number(found.entries)} entries are as they were written. Head: `, el("code", {}, found.head.slice(0, 16) || "none"), "."]
    : [el("span", { class: "pill down" }, "broken"), ` ${found.problem}. Up to entry ${number(found.last)} all holds.`])))
    .catch((error) => verdict.replaceChildren(error.message));
}

function row(entry) {
  const evidence = Object.entries(entry.evidence).map(([name, value]) => `${name} ${value}`).join(", ");
  return el("tr", {}, el("td", { class: "n" }, String(entry.sequence)), el("td", {}, second.format(new Date(entry.at))),
    el("td", {}, entry.who), el("td", {}, entry.action), el("td", { class: "mono" }, entry.subject),
    el("td", {}, evidence.length > 300 ? `${evidence.slice(0, 300)}…` : evidence));
}
