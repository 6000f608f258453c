// A team's day as a curve, with the same in words for whoever does not see it.
import { cursorByKeys } from "/pages/shell/plot_keys.js";
import uPlot from "/vendor/uPlot.js";
import { make } from "./dom.js";
import { setup, word } from "./setup.js";
import { NONE, count } from "./wording.js";

const HEIGHT = 190;
const COLOURS = { offered: "--main", abandoned: "--bad", waiting_max: "--near" };
const WORDS = { offered: "day_offered", abandoned: "day_abandoned", waiting_max: "day_waiting" };

/** The part of the panel; `fill(curves, team)` draws it, `end()` takes it away. */
export function dayPart() {
  const told = make("p", { class: "soft" });
  const place = make("div", { class: "day", data: { keys: word("plot_keys") } });
  const cursor = cursorByKeys(place);
  let plot = null;
  let drawn = "";
  const clear = () => { plot?.destroy(); plot = null; drawn = ""; cursor.gone(); };
  const watch = new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height: HEIGHT }));
  watch.observe(place);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  return {
    place: make("div", {}, told, place),
    fill(curves, team) {
      const curve = curves?.teams?.[team.id];
      told.textContent = sentence(curve);
      if (!curve || !sum(curve.offered)) return clear();
      const now = JSON.stringify(curve) + dark.matches;
      if (now === drawn) return undefined;
      plot?.destroy();
      drawn = now;
      plot = new uPlot(options(place.clientWidth || 480), series(curves, curve), place);
      cursor.drawn(plot, told.textContent);
      return undefined;
    },
    end() { clear(); watch.disconnect(); },
  };
}

const sum = (list) => (list ?? []).reduce((all, each) => all + each, 0);

function sentence(curve) {
  if (!curve) return word("day_away");
  const [offered, answered, abandoned] = [curve.offered, curve.answered, curve.abandoned].map(sum);
  return offered ? word("day_told", { offered, answered, abandoned }) : word("day_none");
}

// From the first hour with a call on: nobody phones at night.
function series(curves, curve) {
  const begins = Date.parse(curves.from) / 1000;
  const first = Math.max(0, curve.offered.findIndex((each) => each > 0) - 2);
  const at = curve.offered.map((_, index) => begins + index * curves.step_seconds);
  return [at, ...Object.keys(COLOURS).map((name) => curve[name] ?? at.map(() => null))].map((list) => list.slice(first));
}

function options(width) {
  const style = getComputedStyle(document.body);
  const colour = (name) => style.getPropertyValue(name).trim();
  const font = `12px ${style.fontFamily}`;
  const axis = { stroke: colour("--soft"), font, grid: { stroke: colour("--faint"), width: 1 }, ticks: { show: false } };
  const time = new Intl.DateTimeFormat("de-DE", { hour: "2-digit", minute: "2-digit", timeZone: setup.zone });
  const bars = uPlot.paths.bars({ size: [0.8] });
  const line = uPlot.paths.stepped({ align: 1 });
  return {
    width, height: HEIGHT, cursor: { drag: { x: false, y: false } }, legend: { live: true },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), setup.zone),
    scales: { y: { range: (_, least, most) => [0, Math.max(4, most * 1.1)] } },
    axes: [{ ...axis, grid: { show: false }, values: (_, moments) => moments.map((at) => time.format(at * 1000)) }, { ...axis, size: 34, incrs: [1, 2, 5, 10, 20, 50, 100] }],
    series: [{ label: word("day_time"), value: (_, at) => (at ? time.format(at * 1000) : NONE) }, ...Object.keys(COLOURS).map((name) => ({
      label: word(WORDS[name]), stroke: colour(COLOURS[name]), points: { show: false }, value: (_, value) => (value === null || value === undefined ? NONE : count(value)),
      ...(name === "waiting_max" ? { paths: line, width: 2 } : { paths: bars, width: 0, fill: tinted(colour(COLOURS[name]), name) }),
    }))],
  };
}

const tinted = (colour, name) => (name === "offered" ? `color-mix(in srgb, ${colour}, transparent 55%)` : colour);
