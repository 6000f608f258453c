// Who needs somebody: web/board/need.py says the same, and why.

const CLOSE_SHARE = 2 / 3;

/** How the longest wait stands against the target: none, in, close, over. */
export function urgency(waiting, seconds, target) {
  if (!waiting) return "none";
  if (seconds > target) return "over";
  return seconds >= target * CLOSE_SHARE ? "close" : "in";
}

/** Why a team needs somebody, the gravest first. `seconds`: its longest wait at this moment. */
export function needs(now, seconds, target, isClosedByOrder) {
  const of = now.members;
  const working = of.available + of.ringing + of.talking + of.busy + of.wrapup;
  const reached = working + of.paused;
  const found = {
    "over-target": urgency(now.waiting, seconds, target) === "over",
    "nobody-signed-in": now.open && !reached,
    "nobody-free-soon": now.waiting > 0 && reached > 0 && !working,
    "closed-with-callers": now.waiting > 0 && !now.open,
    "closed-by-order": isClosedByOrder,
    callbacks: now.callbacks_open > 0,
    messages: now.messages_open > 0,
  };
  return Object.keys(found).filter((need) => found[need]);
}
