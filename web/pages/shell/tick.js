// Figures for people: spans as m:ss and h:mm:ss, the clock in 24 hours, shares; and one tick a second for a page.

const language = document.documentElement.lang || "de";
const pad = (number) => String(number).padStart(2, "0");

/** A span: `0:07`, `12:30`, `1:05:00`; "–" for what is not known (null, NaN). Never below zero. */
export function span(seconds) {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return "–";
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}

/** How long since `since` (Date, ISO or null) at `now` (Date), as a span. */
export const waited = (since, now) => (since ? span((now - new Date(since)) / 1000) : "–");

/** A time of day, 24 hours: 10:42:07; `timeZone` of the centre, else the browser's. */
export function clock(at, { timeZone, withSeconds = true } = {}) {
  const parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone };
  return new Intl.DateTimeFormat(language, withSeconds ? { ...parts, second: "2-digit" } : parts).format(at);
}

/** A share 0 to 1 in the locale: "87 %"; "–" for null. */
export const share = (value) =>
  value === null || value === undefined ? "–" : new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(value);

/**
 * Call `act(now)` each full second of `now` () => Date, not while the page is hidden, and at once when it is seen again.
 * @returns {() => void} ends it
 */
export function ticking(act, now = () => new Date()) {
  let timer = 0;
  const tick = () => {
    clearTimeout(timer);
    if (document.hidden) return;
    const at = now();
    act(at);
    timer = setTimeout(tick, 1000 - (at.getTime() % 1000) + 5);
  };
  document.addEventListener("visibilitychange", tick);
  tick();
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", tick);
  };
}
