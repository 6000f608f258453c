// The last hours of a team as a small drawing, with the same in words.
import { word } from "./setup.js";

const STEPS = 16;
const [WIDTH, HEIGHT, GAP] = [96, 18, 1];
const NS = "http://www.w3.org/2000/svg";

/** What a team's last four hours were: each list with one figure a quarter hour. */
export function lastHours(curve) {
  const last = (list) => (list ?? []).slice(-STEPS);
  const sum = (list) => list.reduce((all, each) => all + each, 0);
  const [offered, abandoned, waiting] = [last(curve.offered), last(curve.abandoned), last(curve.waiting_max)];
  return { offered, abandoned, told: { offered: sum(offered), abandoned: sum(abandoned), waiting: Math.max(0, ...waiting) } };
}

/** Draw it into `place`; `most` is what the tallest bar of all teams means, so that teams can be compared. */
export function drawSpark(place, curve, most) {
  const { offered, abandoned, told } = lastHours(curve);
  const text = told.offered ? word("spark_told", told) : word("spark_none");
  if (place.title === text && place.dataset.most === String(most)) return;
  place.title = text;
  place.dataset.most = most;
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: "img", "aria-label": text });
  const step = WIDTH / STEPS;
  svg.append(shape("line", { x1: 0, x2: WIDTH, y1: HEIGHT - .5, y2: HEIGHT - .5, class: "ground" }));
  offered.forEach((count, index) => {
    const x = (STEPS - offered.length + index) * step;
    svg.append(...bar(x, step - GAP, count, most, "offered"), ...bar(x, step - GAP, abandoned[index] ?? 0, most, "abandoned"));
  });
  place.replaceChildren(svg);
}

/** The tallest quarter hour of the last hours of any of these teams, at least 1. */
export const mostOf = (curves) => Math.max(1, ...curves.flatMap((each) => (each.offered ?? []).slice(-STEPS)));

function bar(x, width, count, most, name) {
  if (!count) return [];
  const height = Math.max(1.5, Math.min(1, count / most) * (HEIGHT - 1));
  return [shape("rect", { x, y: HEIGHT - height, width, height, class: name })];
}

function shape(tag, told) {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(told)) made.setAttribute(name, value);
  return made;
}
