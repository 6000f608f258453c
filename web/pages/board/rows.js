// The cells of the table, filled anew with what is true now; the server made them.
import { say } from "./dom.js";
import { around, setup, word } from "./setup.js";
import { NONE, about, count, moment, share, span } from "./wording.js";

const LEVELS = { in: "good", close: "near", over: "over" };

/** The rows by team id, as they stand in the page. */
export function rowsOf(body) {
  return new Map([...body.querySelectorAll("tr[data-team]")].map((row) => [row.dataset.team, row]));
}

/** Everything of a row but its course. `judged`: see order.js; `now`: Date. */
export function fill(row, judged, now) {
  if (judged.now) fillFigures(row, judged, now);
  tick(row, judged);
}

/** What moves on by itself: the longest wait, how it stands, and who needs somebody. */
export function tick(row, judged) {
  if (!judged.now) return;
  const cell = row.querySelector(".c-longest");
  say(cell.querySelector(".time"), judged.now.waiting ? span(judged.seconds) : NONE);
  if (row.dataset.urgency !== judged.urgency) row.dataset.urgency = judged.urgency;
  row.dataset.need = judged.needs[0] ?? "";
  say(cell.querySelector(".mark"), word(`urgency_${judged.urgency}`));
  tellWhy(row.querySelector(".why"), judged.needs.map((need) => word(`need_${need}`)).join("; "));
}

/** The words for a level of a wait's colour; empty for none. */
export const level = (urgency) => LEVELS[urgency] ?? "";

/** Opening hours in a few words. */
export function opening(id, isOpen, now) {
  const { opens_at: opensAt } = around(id);
  if (isOpen) return word("open");
  return opensAt ? word("closed_until", { at: moment(new Date(opensAt), now) }) : word("closed");
}

function fillFigures(row, judged, now) {
  const { today, members } = judged.now;
  figure(row, "waiting", judged.now.waiting);
  const asked = judged.now.waiting_in_dialogue;
  row.querySelector(".c-waiting").title = asked ? word("waiting_in_dialogue", { count: asked }) : "";
  say(row.querySelector(".c-estimate"), about(judged.now.estimated_wait_seconds));
  for (const state of ["available", "ringing", "wrapup", "paused", "unavailable"]) figure(row, state, members[state]);
  figure(row, "talking", members.talking + members.busy);
  const ofDay = row.querySelector(".c-level");
  say(ofDay, share(today.service_level));
  const isBelow = today.service_level !== null && today.service_level < setup.goal;
  ofDay.classList.toggle("below", isBelow);
  ofDay.title = isBelow ? word("below_goal", { goal: share(setup.goal) }) : "";
  figure(row, "answered", today.answered);
  figure(row, "abandoned", today.abandoned);
  figure(row, "callbacks", judged.now.callbacks_open);
  figure(row, "messages", judged.now.messages_open);
  row.dataset.open = judged.now.open ? "yes" : "no";
  row.querySelector(".c-open").classList.toggle("closed", !judged.now.open);
  say(row.querySelector(".c-open span"), opening(judged.team.id, judged.now.open, now));
}

function figure(row, column, value) {
  const cell = row.querySelector(`.c-${column}`);
  say(cell, count(value));
  cell.classList.toggle("zero", !value);
}

function tellWhy(place, told) {
  if (place.title === told) return;
  place.hidden = !told;
  place.title = told;
  const words = document.createElement("span");
  words.className = "aside";
  words.textContent = told;
  place.replaceChildren(words);
}
