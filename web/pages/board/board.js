// The board: what the stream tells goes into rows, head and the open team; what people choose goes into the address.
import { follow } from "/pages/shell/live.js";
import { calmly } from "./calm.js";
import { addressOf, choose, chosen } from "./choice.js";
import { askToClose, reopen } from "./closing.js";
import { followCurves } from "./curves.js";
import { arrange } from "./dom.js";
import { tellLink, tellNotices, total } from "./head.js";
import { followNotices } from "./notices.js";
import { arranged, judged } from "./order.js";
import { panelOf } from "./panel.js";
import { fill, rowsOf, tick } from "./rows.js";
import { around, knowMoment, serverNow, setup } from "./setup.js";
import { drawSpark, mostOf } from "./spark.js";
import { followTools, show, tellCount } from "./tools.js";

const body = document.querySelector("#teams tbody");
let rows = rowsOf(body);
let live = new Map();
let state = null;
let curves = null;
const beganAt = Date.now();
const PATIENCE_MS = 3000;

const isOld = () => !state || state.isStale || state.link !== "open";
const moment = () => (isOld() ? state?.asOf ?? serverNow() : state.now());
const judge = () => setup.teams.map((team) => judged(team, live.get(team.id), waited(live.get(team.id)), around(team.id).orders));

function waited(now) {
  if (!now?.waiting) return 0;
  return now.waiting_since ? Math.max(0, (moment() - Date.parse(now.waiting_since)) / 1000) : now.longest_wait_seconds;
}

const calm = calmly(body, () => {
  const all = judge();
  const said = chosen();
  const ids = arranged(all, said, setup.language);
  body.parentElement.classList.toggle("is-sorted", said.sort !== "" && said.sort !== "area");
  arrange(body, ids.map((id) => rows.get(id)).filter(Boolean));
  markFirsts();
  tellCount(ids.length, all.length, all.filter((row) => row.needs.length).length);
});

// The name of an area stands once, at its first row.
function markFirsts() {
  let before = null;
  for (const row of body.children) {
    const { area } = setup.teams.find((team) => team.id === row.dataset.team);
    row.toggleAttribute("data-first", area !== before);
    before = area;
  }
}

const panel = panelOf({ closed: () => goTo(""), changed: () => notices.soon() });
const notices = followNotices({
  told: () => { tellNotices(setup.may.close_centre ? (order) => reopen(order, notices.soon) : null); panel.noticed(); refill(); },
  renewed: () => { rows = rowsOf(body); draw(); calm.now(); },
});

function goTo(id) {
  const before = panel.id;
  choose({ team: id }, { isStep: true });
  showTeam();
  if (!id) rows.get(before)?.querySelector("a")?.focus();
}

function showTeam({ takesFocus = true } = {}) {
  const { team } = chosen();
  if (team === panel.id) return;
  document.getElementById("board").classList.toggle("has-panel", team !== "");
  if (team) panel.open(team, { takesFocus });
  else panel.close();
  for (const [id, row] of rows) row.classList.toggle("is-open", id === team);
  panel.curves(curves);
  refill();
}

// Whoever comes next to this screen sees nobody's number or name; a new sign-in loads the page anew.
function hideTeam() {
  panel.close();
  document.getElementById("board").classList.remove("has-panel");
}

function refill(changed = null) {
  const all = judge();
  for (const row of all) {
    const place = rows.get(row.team.id);
    if (!place) continue;
    if (!changed || changed.has(row.team.id)) fill(place, row, serverNow());
    else tick(place, row);
    if (row.team.id === panel.id) panel.fill(row);
  }
  if (live.size) total(all);
}

function draw() {
  if (!curves) return;
  const most = mostOf(setup.teams.map((team) => curves.teams[team.id] ?? {}));
  for (const [id, row] of rows) drawSpark(row.querySelector(".spark"), curves.teams[id] ?? {}, most);
}

follow({
  teams: null,
  seen(teams, changed) {
    const opening = [...changed].some((id) => (rows.get(id)?.dataset.open === "yes") !== Boolean(teams.get(id)?.open));
    const isFirst = !live.size;
    live = teams;
    if (opening) notices.soon();
    refill(changed);
    if (panel.id && changed.has(panel.id)) panel.refresh();
    if (isFirst) calm.now();
    else calm.soon();
  },
  state(now) {
    const wasOld = isOld();
    state = { ...now, asOf: now.asOf ?? state?.asOf ?? null };
    if (now.asOf) knowMoment(now.now());
    if (now.link === "signed-out") hideTeam();
    if (live.size || Date.now() - beganAt > PATIENCE_MS) tellLink(state);
    if (wasOld !== isOld()) { refill(); panel.refresh(); notices.soon(); }
  },
});

setTimeout(() => tellLink(state), PATIENCE_MS);
setInterval(() => {
  if (document.hidden || isOld()) return;
  refill(new Set());
  panel.tick(Date.now());
}, 1000);

followCurves((told) => {
  if (told) curves = told;
  draw();
  panel.curves(curves);
});
followTools(calm.now);
document.getElementById("teams").addEventListener("click", (event) => {
  const link = event.target.closest("th.c-name a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  goTo(link.closest("tr").dataset.team);
});
body.addEventListener("focusin", (event) => {
  if (event.target.matches("th.c-name a")) event.target.href = addressOf(event.target.closest("tr").dataset.team);
});
addEventListener("popstate", () => { show(); calm.now(); showTeam(); });
const closeAll = document.getElementById("close-all");
closeAll.hidden = !setup.may.close_centre;
closeAll.addEventListener("click", () => askToClose(["centre", ...Object.keys(setup.sites).map((id) => `site:${id}`)], notices.soon));
tellNotices(setup.may.close_centre ? (order) => reopen(order, notices.soon) : null);
calm.now();
showTeam();
