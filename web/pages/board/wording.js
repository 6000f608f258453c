// Figures as people read them; web/board/wording.py says the same.
import { setup, word } from "./setup.js";

export { span } from "/pages/shell/tick.js";

export const NONE = "–";

/** An estimate in whole minutes. */
export function about(seconds) {
  if (seconds === null || seconds === undefined) return NONE;
  return seconds < 60 ? word("under_a_minute") : word("about_minutes", { n: Math.round(seconds / 60) });
}

/** A share of 1 in whole per cent. */
export const share = (value) => (value === null || value === undefined ? NONE : word("percent", { n: Math.round(value * 100) }));

/** A count in the page's language. */
export const count = (value) => value.toLocaleString(setup.language);

/** `10:42:07` in the centre's time zone. */
export const clock = (at) => shown(at, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** `08:00` if it is today, else with the weekday, else with the date; in the centre's time zone. */
export function moment(at, now) {
  const days = Math.round((Date.parse(dayOf(at)) - Date.parse(dayOf(now))) / 86_400_000);
  const time = shown(at, { hour: "2-digit", minute: "2-digit" });
  if (days === 0) return time;
  const weekday = new Date(`${dayOf(at)}T12:00:00Z`).getUTCDay() || 7;
  const near = days > 0 && days < 7;
  return `${near ? word(`day_${weekday}`) : shown(at, { day: "2-digit", month: "2-digit" })} ${time}`;
}

/** `2026-01-31T16:00` as the centre's clocks show it: what a datetime-local field holds. */
export const fieldValue = (at) => `${dayOf(at)}T${shown(at, { hour: "2-digit", minute: "2-digit" })}`;

const dayOf = (at) => new Intl.DateTimeFormat("en-CA", { timeZone: setup.zone }).format(at);
const shown = (at, parts) => new Intl.DateTimeFormat(setup.language === "de" ? "de-DE" : "en-GB",
  { ...parts, hourCycle: "h23", timeZone: setup.zone }).format(at);
