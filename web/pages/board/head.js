// The head line: totals, how old the figures are, what is wrong, what is closed as a whole.
import { make, say } from "./dom.js";
import { serverNow, setup, word } from "./setup.js";
import { NONE, clock, count, moment, share, span } from "./wording.js";

/** Sums of what is seen; `rows` as judged. */
export function total(rows) {
  const known = rows.filter((row) => row.now);
  const sum = (of) => known.reduce((all, row) => all + of(row.now), 0);
  const waiting = sum((now) => now.waiting);
  const figures = {
    waiting: count(waiting),
    longest: waiting ? span(Math.max(...known.map((row) => row.seconds))) : NONE,
    available: count(sum((now) => now.members.available)),
    talking: count(sum((now) => now.members.talking + now.members.busy)),
    level: share(levelOf(known.map((row) => row.now.today))),
    answered: count(sum((now) => now.today.answered)),
    abandoned: count(sum((now) => now.today.abandoned)),
    callbacks: count(sum((now) => now.callbacks_open)),
    messages: count(sum((now) => now.messages_open)),
  };
  for (const [name, text] of Object.entries(figures)) say(document.querySelector(`[data-total="${name}"]`), text);
  const isOver = known.some((row) => row.urgency === "over");
  document.querySelector(".t-longest").classList.toggle("over", isOver);
}

/** As web/board/totals.py: each team's level, weighed by what its formula divides by. */
function levelOf(days) {
  const weighed = days.filter((day) => day.service_level !== null).map((day) => [day.service_level, divisor(day)]);
  const whole = weighed.reduce((all, [, weight]) => all + weight, 0);
  return whole ? weighed.reduce((all, [level, weight]) => all + level * weight, 0) / whole : null;
}

function divisor(day) {
  if (setup.formula === "answered-only") return day.answered;
  if (["strict", "good", "short"].includes(setup.formula)) return day.answered + day.abandoned;
  if (day.service_level && day.answered_in_target) return day.answered_in_target / day.service_level;
  return day.answered + day.abandoned + (setup.formula === "default" ? day.lost : 0);
}

/** How far the figures may be believed. `state` as live.js tells it, null before. */
export function tellLink(state) {
  const board = document.getElementById("board");
  const isOld = !state || state.isStale || state.link !== "open";
  if (state?.asOf) say(document.getElementById("asof"), word("as_of", { at: clock(state.asOf) }));
  board.classList.toggle("is-old", Boolean(state) && isOld);
  const place = document.getElementById("link");
  const told = state ? sentence(state) : null;
  if (told === null || place.dataset.told === told) return;
  const wasOld = Boolean(place.dataset.told);
  place.dataset.told = told;
  place.replaceChildren(...(told ? [make("p", { text: told }, ...signIn(state))] : []));
  if (!told && wasOld) place.append(make("p", { class: "aside", text: word("link_back") }));
}

function sentence({ asOf, isStale, link }) {
  const at = asOf ? clock(asOf) : NONE;
  if (link === "signed-out") return word("link_signed_out", { at });
  if (link !== "open") return asOf ? word("link_lost", { at }) : word("link_lost_new");
  if (!asOf) return word("link_unknown");
  return isStale ? word("link_stale", { at }) : "";
}

function signIn({ link }) {
  if (link !== "signed-out") return [];
  const back = encodeURIComponent(location.pathname + location.search);
  return [" ", make("a", { href: `/sign-in?next=${back}`, text: word("sign_in_again") })];
}

/** What administrators can cure, and what closes a whole site; `reopen(order)` for who may, else null. */
export function tellNotices(reopen) {
  const { troubles, orders } = setup.notices;
  const place = document.getElementById("troubles");
  const isOpen = place.querySelector("details")?.open ?? false;
  if (changed(place, troubles)) place.replaceChildren(...(troubles.length ? [troublesTold(troubles, isOpen)] : []));
  const closed = document.getElementById("orders");
  if (changed(closed, orders)) closed.replaceChildren(...orders.map((order) => orderTold(order, reopen)));
}

function changed(place, told) {
  const text = JSON.stringify(told);
  if (place.dataset.told === text) return false;
  place.dataset.told = text;
  return true;
}

function troublesTold(troubles, isOpen) {
  const lines = troubles.map(({ what, cure }) => make("li", { lang: "en" }, make("b", { text: what }), ` ${cure}`));
  return make("details", { class: "troubles", open: isOpen }, make("summary", { text: word("troubles", { n: troubles.length }) }),
    make("ul", {}, ...lines));
}

/** An order as a sentence, with a button that takes it back for who may. */
export function orderTold(order, reopen) {
  const until = moment(new Date(order.until), serverNow());
  const line = make("p", { class: "order" }, make("span", { text: word("order_told", { scope: scopeName(order.scope), until, reason: order.reason }) }));
  if (reopen) line.append(make("button", { type: "button", class: "kern-btn kern-btn--small kern-btn--secondary", text: word("act_open"), on: { click: () => reopen(order) } }));
  return line;
}

/** What an order closes, in words. */
export function scopeName(scope) {
  const [kind, id] = scope.split(/:(.*)/s);
  if (kind === "site") return word("scope_site", { site: setup.sites[id] ?? id });
  if (kind === "team") return word("scope_team", { team: setup.teams.find((each) => each.id === id)?.name ?? id });
  return word("scope_centre");
}
