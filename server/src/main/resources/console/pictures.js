import { svg } from "./dom.js";

/** A number from a text, the same every time. */
function hash(text) {
  let value = 2166136261;
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0), 16777619);
  return value >>> 0;
}

const SHAPES = [
  (c) => [svg("circle", { cx: 60, cy: 46, r: 24, fill: c }), svg("rect", { x: 48, y: 64, width: 24, height: 8, rx: 4, fill: c, opacity: .5 })],
  (c) => [svg("rect", { x: 36, y: 22, width: 48, height: 46, rx: 8, fill: c }), svg("rect", { x: 46, y: 30, width: 28, height: 5, rx: 2.5, fill: "#fff", opacity: .55 })],
  (c) => [svg("path", { d: "M34 66 60 20l26 46z", fill: c }), svg("circle", { cx: 60, cy: 52, r: 7, fill: "#fff", opacity: .5 })],
  (c) => [svg("rect", { x: 30, y: 34, width: 60, height: 26, rx: 13, fill: c }), svg("circle", { cx: 44, cy: 47, r: 7, fill: "#fff", opacity: .5 })],
  (c) => [svg("path", { d: "M42 26h36l-5 44H47z", fill: c }), svg("path", { d: "M50 26c0-12 20-12 20 0", fill: "none", stroke: c, "stroke-width": 4 })],
  (c) => [svg("path", { d: "M60 18 84 32v28L60 74 36 60V32z", fill: c }), svg("path", { d: "M36 32 60 46l24-14M60 46v28", fill: "none", stroke: "#fff", opacity: .5, "stroke-width": 3 })],
];

/** A placeholder picture: shape by category, colours by brand, the same for a product every time. */
export function picture(product) {
  const category = (product.categories?.[0] ?? []).join("/") || product.title?.split(" ").at(-1) || product.id;
  const hue = hash(product.brand || category) % 360;
  const shift = hash(product.id) % 40;
  const shape = SHAPES[hash(category) % SHAPES.length];
  return svg("svg", { class: "art", viewBox: "0 0 120 90", role: "img", "aria-label": product.title || product.id },
    svg("rect", { width: 120, height: 90, fill: `hsl(${hue} 38% ${88 - shift / 8}%)` }),
    svg("ellipse", { cx: 60, cy: 76, rx: 30, ry: 4, fill: `hsl(${hue} 30% 70%)` }),
    ...shape(`hsl(${(hue + shift) % 360} 42% 46%)`));
}
