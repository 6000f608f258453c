// Which rows are shown, and in which order. Pure.
import { needs, urgency } from "./need.js";

const RANKS = { none: 0, in: 1, close: 2, over: 3 };
const members = (name) => (row) => row.now?.members[name] ?? -1;
const VALUES = {
  area: (row) => `${row.team.site}\u0000${row.team.area_name}`,
  name: (row) => row.team.name,
  open: (row) => (row.now?.open ? 0 : 1),
  waiting: (row) => row.now?.waiting ?? -1,
  longest: (row) => (row.now?.waiting ? row.seconds + RANKS[row.urgency] * 1e6 : -1),
  estimate: (row) => row.now?.estimated_wait_seconds ?? -1,
  available: members("available"),
  ringing: members("ringing"),
  talking: (row) => (row.now ? row.now.members.talking + row.now.members.busy : -1),
  wrapup: members("wrapup"),
  paused: members("paused"),
  unavailable: members("unavailable"),
  level: (row) => row.now?.today.service_level ?? 2,
  answered: (row) => row.now?.today.answered ?? -1,
  abandoned: (row) => row.now?.today.abandoned ?? -1,
  callbacks: (row) => row.now?.callbacks_open ?? -1,
  messages: (row) => row.now?.messages_open ?? -1,
};
const UPWARD = new Set(["area", "name", "open", "level"]);

/** Whether there is such an order. */
export const canSort = (column) => Object.hasOwn(VALUES, column);

/** The direction that people mean first: names from A, figures from the largest, service levels from the worst. */
export const firstDirection = (column) => (UPWARD.has(column) ? "ascending" : "descending");

/** A row as it is judged: its figures, its wait at this moment, how urgent it is, why it needs somebody. */
export function judged(team, now, seconds, orders) {
  const ofTeam = now ? urgency(now.waiting, seconds, team.target) : "none";
  return { team, now, seconds, urgency: ofTeam, needs: now ? needs(now, seconds, team.target, orders.length > 0) : [] };
}

/** The ids to show, in their order. `rows` come in the order of teams.yaml, which is kept among equals. */
export function arranged(rows, choice, language) {
  const shown = rows.filter((row) => fits(row, choice));
  if (!canSort(choice.sort)) return shown.map((row) => row.team.id);
  const sign = (choice.dir || firstDirection(choice.sort)) === "descending" ? -1 : 1;
  const value = VALUES[choice.sort];
  const words = new Intl.Collator(language, { numeric: true });
  const compare = (one, other) => (typeof one === "string" ? words.compare(one, other) : one - other);
  return shown.sort((one, other) => sign * compare(value(one), value(other))).map((row) => row.team.id);
}

function fits(row, choice) {
  const wanted = choice.find.trim().toLocaleLowerCase();
  const named = `${row.team.id} ${row.team.name} ${row.team.area_name} ${row.team.extension}`.toLocaleLowerCase();
  return (!wanted || named.includes(wanted))
    && (!choice.site || row.team.site === choice.site)
    && (!choice.area || row.team.area === choice.area)
    && (!choice.needs || row.needs.length > 0);
}
