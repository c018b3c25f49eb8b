import { el, empty } from "./dom.js";
import { get } from "./api.js";
import { overview } from "./overview.js";
import { data } from "./data.js";
import { models } from "./models.js";
import { shop, product } from "./shop.js";

const PAGES = { overview, data, models, shop, product };
const page = document.getElementById("page");
const health = document.getElementById("health");
let leave = () => {};
let shown = 0;

async function show() {
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

async function look() {
  try {
    const status = await get("/v1/status");
    health.className = status.ready ? "pill" : "pill wait";
    health.textContent = status.ready ? "ready" : status.reasons[0]?.problem ?? "starting";
  } catch (error) {
    health.className = "pill down";
    health.textContent = "not reached";
  }
}

addEventListener("hashchange", show);
look();
setInterval(look, 5000);
show();
