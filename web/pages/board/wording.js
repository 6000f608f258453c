// Figures as people read them; web/board/wording.py says the same.
import { clock as clockIn } from "/pages/shell/tick.js";
import { setup, word } from "./setup.js";

export { share, span } from "/pages/shell/tick.js";

export const NONE = "–";

/** An estimate in whole minutes. */
export function about(seconds) {
  if (seconds === null || seconds === undefined) return NONE;
  return seconds < 60 ? word("under_a_minute") : word("about_minutes", { n: Math.round(seconds / 60) });
}

/** A count in the page's language. */
export const count = (value) => value.toLocaleString(setup.language);

/** `10:42:07` in the centre's time zone. */
export const clock = (at) => clockIn(at, { timeZone: setup.zone });

/** `08:00` if it is today, else with the weekday, else with the date; in the centre's time zone. */
export function moment(at, now) {
  const days = Math.round((Date.parse(dayOf(at)) - Date.parse(dayOf(now))) / 86_400_000);
  const time = minutes(at);
  if (days === 0) return time;
  const weekday = new Date(`${dayOf(at)}T12:00:00Z`).getUTCDay() || 7;
  const near = days > 0 && days < 7;
  return `${near ? word(`day_${weekday}`) : dateOf(at)} ${time}`;
}

/** `2026-01-31T16:00` as the centre's clocks show it: what a datetime-local field holds. */
export const fieldValue = (at) => `${dayOf(at)}T${minutes(at)}`;

const dayOf = (at) => new Intl.DateTimeFormat("en-CA", { timeZone: setup.zone }).format(at);
const minutes = (at) => clockIn(at, { timeZone: setup.zone, withSeconds: false });
const dateOf = (at) => new Intl.DateTimeFormat(setup.language === "de" ? "de-DE" : "en-GB",
  { day: "2-digit", month: "2-digit", timeZone: setup.zone }).format(at);
