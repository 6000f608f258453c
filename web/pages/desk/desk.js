// The team's desk: the own phone and the line from the desk's stream, the mailbox and who gave up as they change.

import { follow } from "/pages/shell/live.js";
import { stream } from "/pages/shell/stream.js";
import { clock, ticking } from "/pages/shell/tick.js";
import { copies } from "./copy.js";
import { GaveUp } from "./gave_up.js";
import { Line } from "./line.js";
import { Mailbox } from "./mailbox.js";
import { Phone } from "./phone.js";

const LOOK_MS = 20_000;
const LATER_MS = 3_000;

const desk = document.getElementById("desk");
const { team, member, lang, zone } = desk.dataset;
const words = await (await fetch(`/pages/desk/desk.${lang}.json`)).json();

let offset = Number(desk.dataset.now) * 1000 - Date.now();
let told = { at: Number(desk.dataset.now) * 1000, stale: false, link: "open" };
const now = () => new Date(Date.now() + offset);

const phone = document.getElementById("phone-state") ? new Phone(words, zone, now) : null;
const line = new Line(words, now);
const gaveUp = new GaveUp(team, words, zone, () => mailbox.soon());
const mailbox = new Mailbox(team, words);

copies(words);
desk.classList.add("is-live");

// How old everything is: said once when it becomes so, not each second.
function trust() {
  const place = document.getElementById("desk-stale");
  const why = told.link === "signed-out" ? words.is_signed_out : told.link === "lost" ? words.is_lost : words.is_stale;
  const isTrue = told.link === "open" && !told.stale;
  const text = isTrue ? "" : told.link === "signed-out" ? why : `${why} ${clock(new Date(told.at), { timeZone: zone })}.`;
  if (place.textContent !== text) place.textContent = text;
  place.hidden = isTrue;
  // Whoever comes next to this screen sees nobody's number; a new sign-in loads the page anew.
  for (const each of document.querySelectorAll(".desk-now, .desk-rest")) each.hidden = told.link === "signed-out";
  for (const each of document.querySelectorAll(".desk-now, .desk-side")) each.classList.toggle("is-stale", !isTrue);
}

function believe(data, at) {
  offset = data.now * 1000 - at;
  told = { at: data.as_of * 1000, stale: data.stale, link: "open" };
  trust();
}

stream(`/api/v1/desk/${encodeURIComponent(team)}/stream?member=${encodeURIComponent(member)}`, {
  phone(data, at) {
    believe(data, at);
    phone?.show(data);
  },
  line(data, at) {
    believe(data, at);
    line.show(data.line);
  },
  heartbeat: believe,
  link(link) {
    told = { ...told, link };
    trust();
  },
});

let known = "";
let before = null;
follow({
  teams: [team],
  seen(teams) {
    const figures = teams.get(team);
    if (!figures) return;
    const open = `${figures.messages_open} ${figures.callbacks_open}`;
    if (open !== known) mailbox.soon();
    if (hasLost(before, figures)) {
      gaveUp.soon();
      setTimeout(() => gaveUp.soon(), LATER_MS);
    }
    known = open;
    before = figures;
  },
});

// Somebody left the line and was not answered; whether they come back at once is known a moment later.
function hasLost(then, is) {
  if (!then) return false;
  const { answered, abandoned } = is.today;
  return abandoned !== then.today.abandoned || (is.waiting < then.waiting && answered === then.today.answered);
}

const look = () => {
  if (document.hidden) return;
  mailbox.soon();
  gaveUp.soon();
};
document.addEventListener("visibilitychange", look);
addEventListener("focus", look);
setInterval(look, LOOK_MS);
gaveUp.soon();
ticking(() => {
  phone?.tick();
  line.tick();
}, now);
document.querySelector("form.teams select")?.addEventListener("change", ({ target }) => target.form.requestSubmit());
