// Plots of a report's course: calls, service level with its target, waits. What they show stands in the table, too.
import { cursorByKeys } from "/pages/shell/plot_keys.js";
import uPlot from "/vendor/uPlot.js";

const HEIGHT = 240;
const PAPER = { width: 300, height: 200 };
const DASH = [6, 4];
const drawn = new Map();
const cursors = new WeakMap();

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Draws the plots of one course into `section`, once. */
export function drawPlots(section) {
  if (drawn.has(section)) return;
  for (const old of drawn.keys()) if (!old.isConnected) drawn.delete(old);
  drawn.set(section, { course: JSON.parse(section.dataset.course), plots: [] });
  draw(section, false);
  new ResizeObserver(() => fit(section)).observe(section);
}

/** Draws all anew in the colours of now; `isPrint`: in those of paper. */
export function redraw(isPrint) {
  for (const section of drawn.keys()) draw(section, isPrint);
}

function draw(section, isPrint) {
  const { course, plots } = drawn.get(section);
  for (const plot of plots) plot.destroy();
  plots.length = 0;
  const language = section.dataset.language === "en" ? "en-GB" : section.dataset.language;
  for (const place of section.querySelectorAll("[data-plot]")) {
    const { data, series, axis, range } = figures(place, course, Number(section.dataset.target), language, isPrint);
    const plot = new uPlot(options(place, course, series, axis, range, language, isPrint), data, place);
    plots.push(plot);
    if (!cursors.has(place)) cursors.set(place, cursorByKeys(place));
    cursors.get(place).drawn(plot, named(place, course, language, section.dataset.zone));
  }
}

function fit(section) {
  for (const plot of drawn.get(section)?.plots ?? []) {
    const width = plot.root.parentElement.clientWidth;
    if (width && Math.abs(width - plot.width) > 1) plot.setSize({ width, height: HEIGHT });
  }
}

// A figure between two gaps has no line to be seen by.
function alone(plot, line) {
  const figures = plot.data[line];
  return figures.flatMap((each, index) => (each !== null && (figures[index - 1] ?? null) === null && (figures[index + 1] ?? null) === null ? [index] : []));
}

const column = (course, number) => course.map((row) => row[number]);

function figures(place, course, target, language, isPrint) {
  const names = place.dataset.names.split("|");
  const tone = (light, token) => (isPrint ? light : colour(token) || light);
  const [main, good, bad, soft] = [tone("#1a3da5", "--main"), tone("#007155", "--good"), tone("#c31c13", "--bad"), tone("#404565", "--soft")];
  const times = column(course, 0);
  const line = (label, stroke, more = {}) => ({ label, stroke, width: 2, points: { size: 5, ...(course.length < 40 ? { show: true } : { show: true, filter: alone }) }, ...more });
  const written = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 });
  const shown = (format) => (_, value) => (value === null || value === undefined ? "–" : format.format(value));
  if (place.dataset.plot === "level") {
    return {
      data: [times, column(course, 4), times.map(() => target)],
      series: [line(names[0], main, { value: shown(percent) }), line(names[1], soft, { dash: DASH, points: { show: false }, value: shown(percent) })],
      axis: percent,
      range: [0, 1],
    };
  }
  if (place.dataset.plot === "wait") {
    return {
      data: [times, column(course, 5), column(course, 6)],
      series: [line(names[0], main, { value: shown(written) }), line(names[1], bad, { dash: DASH, value: shown(written) })],
      axis: written,
    };
  }
  return {
    data: [times, column(course, 1), column(course, 2), column(course, 3)],
    series: [
      line(names[0], main, { value: shown(written) }),
      line(names[1], good, { value: shown(written), dash: [2, 3] }),
      line(names[2], bad, { value: shown(written), dash: DASH }),
    ],
    axis: written,
  };
}

function options(place, course, series, format, range, language, isPrint) {
  const ink = isPrint ? "#131525" : colour("--soft");
  const grid = { stroke: isPrint ? "#d9dbe5" : colour("--faint"), width: 1 };
  const axis = { stroke: ink, grid, ticks: grid, font: "13px Fira Sans, sans-serif" };
  const isDays = course.length > 1 && course[1][0] - course[0][0] > 80000;
  const days = (course.at(-1)[0] - course[0][0]) / 86400;
  const ticks = days > 4 ? { day: "2-digit", month: "2-digit" } : days > 1.1 ? { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const { time, zone: timeZone } = place.closest("[data-zone]").dataset;
  const clock = new Intl.DateTimeFormat(language, { timeZone, ...(isDays ? { day: "2-digit", month: "2-digit" } : ticks) });
  const moment = new Intl.DateTimeFormat(language, { timeZone, weekday: "short", day: "2-digit", month: "2-digit", ...(isDays ? {} : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }) });
  return {
    width: isPrint ? PAPER.width : place.clientWidth || PAPER.width,
    height: isPrint ? PAPER.height : HEIGHT,
    cursor: { drag: { x: false, y: false } },
    legend: { live: true },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), timeZone),
    scales: { y: { range: range ?? ((_, least, most) => [0, Math.max(1, most * 1.1)]) } },
    series: [{ label: time, value: (_, at) => (at ? moment.format(at * 1000) : "–") }, ...series.map((each) => ({ spanGaps: false, ...each }))],
    axes: [
      { ...axis, space: days > 1.1 && days <= 4 ? 84 : 64, values: (_, all) => all.map((at) => clock.format(at * 1000)) },
      { ...axis, size: 56, values: (_, all) => all.map((value) => format.format(value)) },
    ],
  };
}

// What a plot says, for who cannot see it.
function named(place, course, language, timeZone) {
  const number = { calls: 1, level: 4, wait: 6 }[place.dataset.plot];
  const known = course.filter((row) => row[number] !== null);
  if (!known.length) return place.closest("figure").querySelector("h3").textContent;
  const most = known.reduce((best, row) => (row[number] > best[number] ? row : best));
  const least = known.reduce((best, row) => (row[number] < best[number] ? row : best));
  const chosen = place.dataset.plot === "level" ? least : most;
  const when = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short", hourCycle: "h23", timeZone }).format(chosen[0] * 1000);
  const style = place.dataset.plot === "level" ? { style: "percent", maximumFractionDigits: 1 } : { maximumFractionDigits: 1 };
  const value = new Intl.NumberFormat(language, style).format(chosen[number]);
  return place.dataset.said.replace("{most}", value).replace("{least}", value).replace("{when}", when);
}
