// Live figures of teams: folded from the stream, on the server's clock, and honest about how old they are.

import { stream } from "./stream.js";

const URL = "/api/v1/live/stream";
const STALE_MS = 5_000;
const LOOK_MS = 500;
const JUMP_MS = 1_000;
const DRIFT_MS = 10;

/**
 * Follow teams. One stream serves every page of the browser, whatever teams they show.
 * @param {object} wanted `teams`: ids, null for all that the visitor may see; `seen(teams, changed, formula)`: a Map
 *   id -> team in the server's order, and the Set of ids that changed, came or went since the last time, at most once a
 *   frame and never while the page is hidden; `state({asOf, now, isStale, link})`: `asOf` a Date (null before the first
 *   figures), `now` () => Date by the server's clock, `isStale` whether figures are not those of now, `link` "open",
 *   "lost" or "signed-out"
 * @returns {() => void} ends it
 */
export function follow({ teams: only = null, seen = () => {}, state = () => {} }) {
  const wanted = only?.length ? new Set(only) : null;
  const changed = new Set();
  let teams = new Map();
  let formula = "";
  let frame = 0;
  let isNew = false;
  let offset = null;
  let truth = null; // {asOf, age when it came, at, stale}
  let link = "lost";
  let told = "";

  const now = () => new Date(Date.now() + (offset ?? 0));
  const isStale = () => !truth || truth.stale || truth.age > STALE_MS || Date.now() - truth.at > STALE_MS;

  function show() {
    frame = 0;
    if (isNew) {
      isNew = false;
      const these = new Set(changed);
      changed.clear();
      seen(teams, these, formula);
    }
    tellState();
  }

  function tellState(isLook = false) {
    const stale = isStale();
    const key = `${truth?.asOf.getTime()} ${stale} ${link}`;
    if (key === told && isLook) return;
    told = key;
    state({ asOf: truth?.asOf ?? null, now, isStale: stale, link });
  }

  const soon = () => {
    frame ||= requestAnimationFrame(show);
  };

  function believe({ as_of: asOf, now: server, stale }, at) {
    offset = nearer(offset, Date.parse(server) - at);
    truth = { asOf: new Date(asOf), age: Date.parse(server) - Date.parse(asOf), at, stale };
    soon();
  }

  function put(list, isWhole) {
    const next = isWhole ? new Map() : teams;
    for (const each of list ?? []) {
      if (wanted && !wanted.has(each.id)) continue;
      if (JSON.stringify(teams.get(each.id)) !== JSON.stringify(each)) changed.add(each.id);
      next.set(each.id, each);
    }
    if (isWhole) for (const id of teams.keys()) if (!next.has(id)) changed.add(id);
    isNew ||= isWhole || changed.size > 0;
    teams = next;
  }

  const end = stream(URL, {
    snapshot(data, at) {
      formula = data.formula ?? formula;
      put(data.teams, true);
      believe(data, at);
    },
    change(data, at) {
      put(data.teams, false);
      believe(data, at);
    },
    heartbeat: believe,
    link(now) {
      link = now;
      if (link === "signed-out") truth = null;
      soon();
    },
  });
  const look = () => (document.hidden ? undefined : tellState(true));
  const timer = setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", look);
  return () => {
    end();
    clearInterval(timer);
    cancelAnimationFrame(frame);
    document.removeEventListener("visibilitychange", look);
  };
}

// The message that was under way for the shortest time says most about the clocks; an old one slowly counts less.
function nearer(known, sample) {
  if (Number.isNaN(sample)) return known;
  if (known === null || Math.abs(sample - known) > JUMP_MS) return sample;
  return Math.max(sample, known - DRIFT_MS);
}
