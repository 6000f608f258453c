// What the page shows for what is known: each screen as a value, with its sentences, and what its buttons and keys do.

import { say } from "./kiosk_words.js";
import { teamLines } from "./kiosk_screens.js";

// seen: what the router said (`now`; null: nothing), the person's own (`isTyping`, `number`, `tail`, `isHeld`), and how
// the page is (`isAway`, `isLocked`, `trouble`). does: what can be asked for, by name.
export function viewed(seen, does) {
  if (seen.isLocked) return { name: "locked", picture: "wrong", title: say("locked_title"), lines: [say("locked_text")] };
  if (seen.isAway || !seen.now) return offlineView(seen, does);
  if (seen.isTyping && seen.now.scan) return numberView(seen, does);
  return (VIEWS[seen.now.state] ?? idleView)(seen, does);
}

const VIEWS = {
  idle: idleView,
  scanned: scannedView,
  calling: (seen, does) => plain("calling", "phone", seen, does),
  ringing: (seen, does) => plain("ringing", "phone", seen, does),
  "in-call": (seen, does) => plain("incall", "phone", seen, does),
  promised: promisedView,
  "cannot-help": (seen, does) => ({ ...plain("cannot", "wrong", seen, does), foot: [] }),
};

function plain(name, picture, seen, does) {
  const { trouble, now } = seen;
  return { name, picture, title: say(`${name}_title`), lines: [say(`${name}_text`)], trouble, foot: now.scan ? [done(does)] : [] };
}

function offlineView({ isHeld }, does) {
  const foot = isHeld ? [done(does)] : [];
  return { name: "offline", picture: "wrong", title: say("offline_title"), lines: [say("offline_text")], foot };
}

function idleView({ now, trouble }) {
  const isAway = now.phone === "away";
  const lines = isAway ? [say("idle_card")] : [say("idle_card"), say("idle_lift")];
  const warnings = [...(isAway ? [say("phone_away")] : []), ...broken(now.troubles ?? [])];
  return { name: "idle", picture: "card", title: say("idle_title"), lines, warnings, trouble };
}

// Only what somebody who stands there can do something about.
function broken(troubles) {
  const names = troubles.map((each) => each.why);
  const found = [];
  if (names.includes("off-hook")) found.push(say("off_hook"));
  if (names.includes("scanner-missing") || names.includes("camera-missing")) found.push(say("reader_missing"));
  return found;
}

function scannedView({ now, trouble }, does) {
  const actions = [
    offer("1", "call", now, does.call, does),
    offer("2", "kiosk", now, does.callHere, does),
    offer("3", "number", now, does.typeNumber, does),
  ];
  const foot = [{ key: "4", label: say("more_time"), run: does.moreTime }, done(does)];
  return { name: "scanned", title: say("scanned_title"), lines: teamLines(now.scan), trouble, actions, foot, hasTime: true };
}

function offer(key, name, now, run, does) {
  const refused = now.offers?.[name];
  const hint = refused ? say(`why_${refused}`) : say(`offer_${name}_hint`);
  const tell = () => does.complain(say(`why_${refused}`));
  return { key, label: say(`offer_${name}`), hint, refused: Boolean(refused), run: refused ? tell : run };
}

function numberView({ number, trouble }, does) {
  const digits = ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((each) => ({ label: each, run: () => does.type(each) }));
  const pad = [
    ...digits,
    { label: "⌫", name: say("number_delete"), run: does.erase },
    { label: "0", run: () => does.type("0") },
    { label: "✓", name: say("number_ok"), className: "main", run: does.sendNumber },
  ];
  return {
    name: "number",
    title: say("number_title"),
    lines: [say("number_hint")],
    trouble,
    field: { label: say("number_label"), value: number, pad },
    foot: [{ key: "#", label: say("number_ok"), run: does.sendNumber }, { key: "*", label: say("back"), run: does.back }],
    hasTime: true,
    keys: { Enter: does.sendNumber },
  };
}

function promisedView({ now, tail, trouble }, does) {
  const promise = now.promise;
  const isHere = promise.to === "kiosk";
  const lines = [isHere ? say("promised_kiosk_text") : say("promised_number_text")];
  if (!isHere && tail && now.scan) lines.push(say("number_masked", { tail }));
  if (isHere && promise.place) lines.push(say("place", { place: promise.place }));
  const title = isHere ? say("promised_kiosk_title") : say("promised_number_title");
  return { name: "promised", picture: isHere ? "wait" : "right", title, lines, trouble, foot: now.scan ? [done(does)] : [] };
}

const done = (does) => ({ key: "*", label: say("done"), run: does.leave });
