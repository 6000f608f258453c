// What the server told with the page: words, teams as configured, what this account may do.

/** The setup; the same object all the time, renewed in place by `renew`. */
export const setup = JSON.parse(document.getElementById("board").dataset.setup);

let ahead = Date.parse(setup.now) - Date.now();

/** This moment by the server's clock: a browser's own may be wrong by hours. */
export const serverNow = () => new Date(Date.now() + ahead);

/** Take over the server's moment, as the stream tells it. */
export function knowMoment(now) {
  ahead = now.getTime() - Date.now();
}

/** A word of the page, with its gaps `{name}` filled; numbers in the page's language. */
export function word(name, gaps = {}) {
  const text = setup.words[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (whole, gap) => (gap in gaps ? counted(gaps[gap]) : whole));
}

/** Whether there is such a word. */
export const hasWord = (name) => Object.hasOwn(setup.words, name);

/** A team as configured, by its id; undefined for one that this account does not see. */
export const team = (id) => setup.teams.find((each) => each.id === id);

/** Orders and openings of a team, as told last. */
export const around = (id) => setup.notices.teams[id] ?? { opens_at: null, orders: [] };

/** Take over what another page of ours brought. */
export function renew(newer) {
  for (const name of Object.keys(setup)) delete setup[name];
  Object.assign(setup, newer);
}

const counted = (value) => (typeof value === "number" ? value.toLocaleString(setup.language) : String(value));
