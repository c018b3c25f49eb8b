import { el, empty } from "./dom.js";
import { get, signedIn, signOut } from "./api.js";
import { signInPage } from "./signin.js";
import { overview } from "./overview.js";
import { data } from "./data.js";
import { models } from "./models.js";
import { quality } from "./quality.js";
import { rollouts } from "./rollouts.js";
import { experiments } from "./experiments.js";
import { audit } from "./audit.js";
import { shop, product } from "./shop.js";

const PAGES = { overview, data, models, quality, rollouts, experiments, audit, shop, product };
const page = document.getElementById("page");
const health = document.getElementById("health");
const who = document.getElementById("signed-in");
let leave = () => {};
let shown = 0;
let asking = false;

async function show() {
  if (asking) return;
  const [name, ...rest] = (location.hash.replace(/^#\//, "") || "shop").split("/");
  const open = PAGES[name] ?? PAGES.shop;
  leave();
  leave = () => {};
  const mine = ++shown;
  for (const link of document.querySelectorAll("nav a")) {
    const target = link.hash.slice(2);
    link.classList.toggle("here", target === name || (target === "shop" && name === "product"));
  }
  const body = el("div");
  page.replaceChildren(body);
  try {
    const left = await open(body, decodeURIComponent(rest.join("/")));
    if (mine === shown) leave = left ?? leave;
    else left?.();
  } catch (error) {
    if (mine === shown) body.replaceChildren(empty(error.message));
  }
}

/** Asks how the server stands and who we are; a key that is wanted is asked for by the event. */
async function look() {
  if (asking) return;
  try {
    const status = await get("/v1/status");
    health.className = status.ready ? "pill" : "pill wait";
    health.textContent = status.ready ? "ready" : status.reasons[0]?.problem ?? "starting";
    who.hidden = !signedIn();
    who.firstElementChild.textContent = `${status.caller}, ${status.role}`;
  } catch (error) {
    if (asking) return;
    health.className = "pill down";
    health.textContent = "not reached";
  }
}

function ask(why) {
  asking = true;
  shown++;
  leave();
  leave = () => {};
  document.body.classList.add("asking");
  signInPage(page, why, () => {
    asking = false;
    document.body.classList.remove("asking");
    start();
  });
}

async function start() {
  await look();
  await show();
}

addEventListener("keywanted", (event) => {
  if (!asking) ask(event.detail);
});
addEventListener("hashchange", show);
document.getElementById("sign-out").addEventListener("click", () => {
  signOut();
  location.reload();
});
setInterval(look, 5000);
start();
