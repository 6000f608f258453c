// What somebody chose to see: sort, filter, the open team; kept in the address, so that it can be a bookmark.

const NAMES = ["sort", "dir", "find", "site", "area", "needs", "team"];

/** What the address says now. */
export function chosen() {
  const said = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, said.get(name) ?? ""]));
}

/** Change some of it; with `isStep` the browser's back button undoes it. */
export function choose(changes, { isStep = false } = {}) {
  const said = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value) said.set(name, value);
    else said.delete(name);
  }
  const query = said.toString();
  const address = query ? `/?${query}` : "/";
  if (address === location.pathname + location.search) return;
  history[isStep ? "pushState" : "replaceState"](null, "", address);
}

/** The address that opens a team and keeps the rest. */
export function addressOf(id) {
  const said = new URLSearchParams(location.search);
  said.set("team", id);
  return `/?${said}`;
}
