/** Builds an element: attributes, then children; text is always text, never markup. */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for pictures. */
export function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.flat());
  return node;
}

/** A bar or fill whose size is data: set by the style object, which the content policy allows. */
export function sized(node, property, value) {
  node.style[property] = value;
  return node;
}

const whole = new Intl.NumberFormat("en");

export const number = (value) => (Number.isFinite(value) ? whole.format(Math.round(value)) : "–");

export const bytes = (value) =>
  value > 1 << 30 ? `${(value / (1 << 30)).toFixed(1)} GiB`
    : value > 1 << 20 ? `${(value / (1 << 20)).toFixed(1)} MiB` : `${Math.ceil(value / 1024)} KiB`;

const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

export const when = (millis) => (millis ? moment.format(new Date(millis)) : "–");

export const time = (millis) => clock.format(new Date(millis));

export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

export const empty = (text) => el("p", { class: "empty" }, text);

export function toast(text) {
  const note = el("div", { class: "toast", role: "status" }, text);
  document.body.append(note);
  setTimeout(() => note.remove(), 2200);
}

/** Asks before something that changes what shoppers see; resolves to true or false. */
export function confirmed(question, verb) {
  return new Promise((resolve) => {
    const dialog = el("dialog", {},
      el("p", {}, question),
      el("div", { class: "actions" },
        el("button", { class: "main", onclick: () => dialog.close("yes") }, verb),
        el("button", { onclick: () => dialog.close("no") }, "Cancel")));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
