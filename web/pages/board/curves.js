// Today by the quarter hour, fetched once a minute while somebody looks; without it the board works on.
import { send } from "/pages/shell/api.js";

const SECONDS = 60;

/** Calls `told(curves)` with the answer of /api/v1/live/curves whenever there is a newer one, null if there is none. */
export function followCurves(told) {
  let askedAt = -Infinity;
  const ask = async () => {
    if (document.hidden || performance.now() - askedAt < SECONDS * 1000) return;
    askedAt = performance.now(); // a clock that nobody sets
    try {
      told(await send("GET", "/api/v1/live/curves"));
    } catch {
      told(null);
    }
  };
  setInterval(ask, 1000 * SECONDS / 4);
  document.addEventListener("visibilitychange", ask);
  ask();
}
