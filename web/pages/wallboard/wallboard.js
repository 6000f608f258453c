// The wall: figures as they come, waits that go on, and a clear word when they are not those of now.

import { urgency } from "/pages/board/need.js";
import { follow } from "/pages/shell/live.js";
import { clock, share, ticking, waited } from "/pages/shell/tick.js";
import { keepAwake, keepCurrent, reloadSoon } from "./wallboard_care.js";
import { keepFitted } from "./wallboard_fit.js";

const wall = document.getElementById("wall");
const list = document.getElementById("teams");
const [alarm, asOf] = [document.getElementById("alarm"), document.getElementById("as-of")];
const said = Object.fromEntries(wall.dataset.said.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2)));
const cards = new Map([...list.children].map((card) => [card.dataset.team, parts(card)]));
const fit = keepFitted(list);
let teams = new Map();
let now = () => new Date();

function parts(card) {
  const found = [...card.querySelectorAll("[data-part]")].map((each) => [each.dataset.part, each]);
  return { card, heading: card.querySelector("h2"), target: Number(card.dataset.target), ...Object.fromEntries(found) };
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function show(id) {
  const [team, on] = [teams.get(id), cards.get(id)];
  if (!team || !on) return;
  const { members } = team;
  const all = Object.values(members).reduce((sum, each) => sum + each, 0);
  put(on.heading, team.name);
  put(on.waiting, String(team.waiting));
  put(on.free, fill(said.free_of, { free: members.available, all }));
  put(on.today, share(team.today.service_level));
  put(on.expected, expected(team.estimated_wait_seconds));
  on.card.classList.toggle("is-closed", !team.open && !team.waiting);
  tick(id, now());
}

function expected(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const minutes = Math.round(seconds / 60);
  return minutes < 1 ? said.under_a_minute : fill(said.about, { minutes });
}

function tick(id, at) {
  const [team, on] = [teams.get(id), cards.get(id)];
  if (!team || !on) return;
  const since = team.waiting ? team.waiting_since : null;
  const level = since ? urgency(team.waiting, (at - new Date(since)) / 1000, on.target) : "none";
  put(on.longest, since ? waited(since, at) : "–");
  put(on.level, since ? said[`level_${level}`] : team.open ? said.nobody_waits : said.closed);
  if (on.card.dataset.level !== level) on.card.dataset.level = level;
}

function state({ asOf: at, now: server, isStale, link }) {
  now = server;
  const isOld = isStale || link !== "open";
  const wasOld = wall.classList.contains("is-stale");
  wall.classList.toggle("is-waiting", !at);
  wall.classList.toggle("is-stale", Boolean(at) && isOld);
  if (at) put(asOf, fill(said.as_of, { time: clock(at, { timeZone: wall.dataset.timezone }) }));
  put(alarm, !at && link === "open" ? "" : !isOld ? "" : said[link === "open" ? "stale" : link === "lost" ? "lost" : "signed_out"]);
  if (wasOld !== isOld) fit();
  keepCurrent(link);
}

ticking((at) => {
  if (!wall.classList.contains("is-stale")) for (const id of cards.keys()) tick(id, at);
}, () => now());

follow({
  seen(found, changed) {
    teams = found;
    for (const id of changed) show(id);
    const isOther = [...cards.keys()].some((id) => !found.has(id)) || (wall.dataset.all && found.size !== cards.size);
    if (isOther) reloadSoon(); // another teams.yaml is in force
  },
  state,
});

keepAwake();
