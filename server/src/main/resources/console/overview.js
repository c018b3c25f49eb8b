import { el, number, when, duration, empty, sized } from "./dom.js";
import { get, post } from "./api.js";
import { lines } from "./charts.js";

const card = (label, figure) => el("div", { class: "card" }, el("div", { class: "figure" }, figure), el("div", { class: "label" }, label));

/** What is going on now: traffic, training, what is live, what is wrong. */
export async function overview(body) {
  const figures = el("div", { class: "cards" });
  const traffic = el("div", { class: "two" });
  const training = el("section", { class: "card" });
  const alerts = el("section");
  body.append(el("h1", {}, "Overview"), el("section", {}, figures), el("section", {}, traffic), training, alerts);
  const refresh = async () => {
    const [summary, series, status, releases, wrong] = await Promise.all([
      get("/v1/data"), get("/v1/metrics/requests?step=5&seconds=300"), get("/v1/training"),
      get("/v1/releases?pageSize=20"), get("/v1/alerts")]);
    const live = releases.items.find((release) => release.state === "live");
    figures.replaceChildren(
      card("products", number(summary.products)), card("events", number(summary.events)),
      card("shoppers", number(summary.people)),
      card("live release", el("span", { class: "mono" }, live ? live.id : "none yet")));
    drawTraffic(traffic, series.points);
    drawTraining(training, status, refresh);
    alerts.replaceChildren(el("h2", {}, "Needs attention"), wrong.items.length === 0
      ? empty("Nothing.")
      : el("div", { class: "card" }, wrong.items.map((alert) =>
        el("p", { class: alert.severity === "critical" ? "error" : "" }, `${alert.name}: ${alert.message}`))));
  };
  await refresh();
  const timer = setInterval(() => refresh().catch(() => {}), 3000);
  return () => clearInterval(timer);
}

function drawTraffic(where, points) {
  const times = points.map((point) => point.at);
  const wrong = points.some((point) => point.errors > 0);
  const latency = (figure) => points.map((point) => (point.requests > 0 ? point[figure] : null));
  where.replaceChildren(
    el("div", { class: "card" }, el("h2", {}, "Requests"), lines(times, [
      { name: "requests", colour: "var(--accent)", values: points.map((p) => p.requests) },
      { name: "errors", colour: "var(--bad)", values: points.map((p) => (wrong ? p.errors : null)) }], "per second")),
    el("div", { class: "card" }, el("h2", {}, "Latency"), lines(times, [
      { name: "median", colour: "var(--accent)", values: latency("p50Ms") },
      { name: "p95", colour: "var(--base)", values: latency("p95Ms") },
      { name: "p99", colour: "var(--warm)", values: latency("p99Ms") }], "ms")));
}

function drawTraining(where, status, refresh) {
  const running = status.state === "running";
  const share = status.total > 0 ? Math.min(100, (100 * status.done) / status.total) : running ? 15 : 0;
  where.replaceChildren(
    el("h2", {}, "Training"),
    running
      ? el("div", {},
        el("div", {}, `${status.step || "starting"}: ${number(status.done)}${status.total ? ` of ${number(status.total)}` : ""} ${status.unit}`,
          status.ratePerSecond > 0 ? `, ${number(status.ratePerSecond)}/s` : "",
          status.secondsLeft >= 0 ? `, ${duration(status.secondsLeft)} left` : ""),
        el("div", { class: "progress" }, sized(el("i"), "width", `${share}%`)))
      : el("div", {}, status.state === "failed"
        ? el("p", { class: "error" }, `The last training failed: ${status.message}`)
        : `Last finished ${when(status.finishedAt)}; ${number(status.eventsSince)} events since; next at the latest ${when(status.nextAt)}.`),
    el("ul", { class: "steps" }, status.steps.slice(-6).map((step) => el("li", {}, step))),
    el("div", { class: "actions" }, el("button", { class: "main", disabled: running,
      onclick: async () => { await post("/v1/training:start"); await refresh(); } }, running ? "Training…" : "Train now")));
}
