import { el } from "./dom.js";
import { signIn } from "./api.js";

const sentence = (text) => text.replace(/^./, (first) => first.toUpperCase()).replace(/[^.?!]$/, "$&.");

/** Asks for a key, and again until the server takes one; then goes on. */
export function signInPage(body, why, goOn) {
  const key = el("input", { type: "password", id: "key", name: "key", autocomplete: "off", spellcheck: "false", required: true });
  const button = el("button", { class: "main" }, "Sign in");
  const problem = el("p", { class: "error", role: "alert" }, why ? sentence(why) : "");
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    problem.textContent = "";
    try {
      await signIn(key.value.trim());
      goOn();
    } catch (error) {
      problem.textContent = sentence(error.message);
      button.disabled = false;
      key.select();
    }
  };
  body.replaceChildren(el("form", { class: "card signin", onsubmit: submit },
    el("h1", {}, "Sign in"),
    el("p", {}, "This server answers to those who have a key. The console wants one with the role ", el("b", {}, "operator"),
      " (catalogue, releases, training) or ", el("b", {}, "admin"), " (everything, the data of single people included)."),
    el("label", { for: "key" }, "Key"), key, problem, button,
    el("p", { class: "crumbs" }, "It stays in this tab and is forgotten when you sign out or close it. ",
      el("code", {}, "vitrine key operator"), " makes a new one.")));
  key.focus();
}
