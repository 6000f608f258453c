// The kiosk's page: what the router says is shown; what somebody presses or scans is asked of the router.
// Nothing about a person is kept: what they typed goes when they are done, when their time is over, when the page goes.

import * as api from "./kiosk_api.js";
import { listen } from "./kiosk_keys.js";
import { fill, show, shownTime, teamLines } from "./kiosk_screens.js";
import * as words from "./kiosk_words.js";

const { say } = words;
const AGAIN_MS = 1000;
const SOON_MS = 100;
const TROUBLE_MS = 20000;
const LANGUAGE_MS = 180000; // so long a language stays that somebody has chosen who did not scan
const LONGEST_NUMBER = 20;
const WARN_SECONDS = [60, 30, 10];
const main = document.getElementById("main");
const news = document.getElementById("news");

let now = null; // what the router said last
let bound = ""; // the scan that what was typed belongs to
let overAt = 0; // when its time is over, also while the router is away
let isAway = false;
let isLocked = false;
let isBusy = false;
let turn = 0; // counts what was asked of the router, at its beginning and end
let isOld = false;
let isTyping = false; // the own number is being typed
let number = "";
let tail = ""; // the last two digits of a number that was promised a call
let trouble = "";
let isOfCode = false; // the trouble is about a code that was refused: it outlives whoever stood there before
let forgetting = 0;
let chosenAt = 0; // a language; 0: nobody has
let drawn = "";
let warned = new Set();
let actions = {};

function screen() {
  if (isLocked) return { name: "locked", picture: "wrong", title: say("locked_title"), lines: [say("locked_text")] };
  if (isAway || !now) {
    return { name: "offline", picture: "wrong", title: say("offline_title"), lines: [say("offline_text")] };
  }
  if (isTyping && now.scan) return numberScreen();
  return (SCREENS[now.state] ?? idleScreen)();
}

const SCREENS = {
  idle: idleScreen,
  scanned: scannedScreen,
  calling: () => plain("calling", "phone"),
  ringing: () => plain("ringing", "phone"),
  "in-call": () => plain("incall", "phone"),
  promised: promisedScreen,
  "cannot-help": () => ({ ...plain("cannot", "wrong"), foot: [] }),
};

function plain(name, picture) {
  return { name, picture, title: say(`${name}_title`), lines: [say(`${name}_text`)], trouble, foot: now.scan ? [done()] : [] };
}

function idleScreen() {
  const warning = now.phone === "away" ? say("phone_away") : "";
  const lines = warning ? [say("idle_card")] : [say("idle_card"), say("idle_lift")];
  return { name: "idle", picture: "card", title: say("idle_title"), lines, warning, trouble };
}

function scannedScreen() {
  const offers = [
    offer("1", "call", () => ask(() => api.call(now.scan.id, words.language()))),
    offer("2", "kiosk", () => ask(() => api.callback(now.scan.id, "kiosk", words.language()))),
    offer("3", "number", typeNumber),
  ];
  const foot = [{ key: "4", label: say("more_time"), run: moreTime }, done()];
  return { name: "scanned", title: say("scanned_title"), lines: teamLines(now.scan), trouble, actions: offers, foot, hasTime: true };
}

function offer(key, name, run) {
  const refused = now.offers?.[name];
  const hint = refused ? say(`why_${refused}`) : say(`offer_${name}_hint`);
  const tell = () => complain(say(`why_${refused}`));
  return { key, label: say(`offer_${name}`), hint, refused: Boolean(refused), run: refused ? tell : run };
}

function numberScreen() {
  const digits = ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((each) => ({ label: each, run: () => type(each) }));
  const pad = [
    ...digits,
    { label: "⌫", name: say("number_delete"), run: erase },
    { label: "0", run: () => type("0") },
    { label: "✓", name: say("number_ok"), className: "main", run: sendNumber },
  ];
  return {
    name: "number",
    title: say("number_title"),
    lines: [say("number_hint")],
    trouble,
    field: { label: say("number_label"), value: number, pad },
    foot: [{ key: "#", label: say("number_ok"), run: sendNumber }, { key: "*", label: say("back"), run: back }],
    hasTime: true,
    keys: { Enter: sendNumber },
  };
}

function promisedScreen() {
  const promise = now.promise;
  const isHere = promise.to === "kiosk";
  const lines = [isHere ? say("promised_kiosk_text") : say("promised_number_text")];
  if (!isHere && tail && now.scan) lines.push(say("number_masked", { tail }));
  if (isHere && promise.place) lines.push(say("place", { place: promise.place }));
  const title = isHere ? say("promised_kiosk_title") : say("promised_number_title");
  return { name: "promised", picture: isHere ? "wait" : "right", title, lines, trouble, foot: now.scan ? [done()] : [] };
}

const done = () => ({ key: "*", label: say("done"), run: leave });

// What is pressed

function typeNumber() {
  isTyping = true;
  number = "";
  trouble = "";
  draw();
}

function type(digit) {
  if (number.length < LONGEST_NUMBER) number += digit;
  shownNumber();
}

function erase() {
  number = number.slice(0, -1);
  shownNumber();
}

function shownNumber() {
  const field = document.getElementById("number");
  if (field) field.value = number;
}

function back() {
  if (number) return erase();
  isTyping = false;
  trouble = "";
  draw();
}

function sendNumber() {
  const typed = number;
  if (!typed) return complain(say("why_number-refused"));
  ask(async () => {
    const told = await api.callback(now.scan.id, typed, words.language());
    forgetTyped();
    tail = typed.slice(-2);
    return told;
  });
}

const moreTime = () => ask(() => api.more(now.scan.id));

function leave() {
  ask(async () => {
    await api.done();
    return null;
  });
}

async function ask(question, aboutCode = false) {
  if (isBusy || isAway || !now) return;
  isBusy = true;
  turn += 1;
  isOfCode = aboutCode;
  main.setAttribute("aria-busy", "true");
  trouble = "";
  try {
    const told = await question();
    if (told) heard(told);
    else wiped();
  } catch (error) {
    failed(error);
  } finally {
    isBusy = false;
    turn += 1;
    main.removeAttribute("aria-busy");
    draw();
  }
}

function failed(error) {
  if (error instanceof api.Away) return away();
  if ([401, 403, 404].includes(error.status)) return locked();
  if (error.why === "another-scan") forgetTyped();
  complain(error.why ? say(`why_${error.why}`) : say("why_not-kept"));
}

function complain(text) {
  clearTimeout(forgetting);
  forgetting = setTimeout(() => {
    trouble = "";
    draw();
  }, TROUBLE_MS);
  trouble = text;
  tell(text);
  draw();
}

function tell(text) {
  news.textContent = "";
  requestAnimationFrame(() => (news.textContent = text));
}

// What is scanned, and keys

function scanned(code) {
  if (isAway || isLocked || isBusy || !now) return;
  forgetTyped();
  if (bound) words.reset();
  tail = bound = "";
  now = { ...now, scan: null, offers: null, state: now.state === "scanned" ? "idle" : now.state }; // somebody else
  tell(say("reading"));
  ask(() => api.scan(code.trim().toUpperCase()), true);
}

function pressed(key) {
  if (isBusy) return;
  if (isTyping && /^[0-9]$/.test(key)) return type(key);
  const run = actions[key];
  if (run) return run();
  if (key === "#") return chosen(() => words.next());
  const codes = words.codes();
  if (!Object.keys(actions).length && codes[Number(key) - 1]) chosen(() => words.choose(codes[Number(key) - 1]));
}

function chosen(change) {
  change();
  chosenAt = performance.now();
  trouble = "";
  drawn = "";
  draw();
}

// What the router says

function heard(told) {
  const before = bound;
  if (isAway) tell(say("back_again"));
  isAway = isLocked = false;
  now = told;
  bound = told.scan?.id ?? "";
  overAt = told.scan ? performance.now() + told.scan.seconds_left * 1000 : 0;
  if (before !== bound) {
    forgetTyped();
    warned = new Set();
    if (before && bound) words.reset(); // the next person's
    if (bound) trouble = tail = "";
    else if (told.state !== "in-call") wiped();
  }
  draw();
}

function wiped() {
  forgetTyped();
  bound = "";
  tail = "";
  if (now) now = { ...now, scan: null, offers: null, state: now.state === "scanned" ? "idle" : now.state };
  words.reset();
  if (isOfCode) return;
  trouble = "";
  tell(say("wiped"));
}

function forgetTyped() {
  isTyping = false;
  number = "";
}

function away() {
  isAway = true; // what was typed is not shown, and waits for the router as long as its time lasts
  now = null;
  draw();
}

function locked() {
  forgetTyped();
  tail = "";
  isLocked = true;
  draw();
}

async function follow() {
  for (;;) {
    const before = turn;
    try {
      const told = await api.events(isOld ? "" : (now?.version ?? ""));
      if (before === turn && !isBusy) {
        isOld = false;
        heard(told);
        continue;
      }
      isOld = true; // it may be older than what was asked meanwhile: looked at anew
    } catch (error) {
      if (error instanceof api.Refused && [401, 403, 404].includes(error.status)) locked();
      else away();
      isOld = false;
    }
    await new Promise((wake) => setTimeout(wake, isOld ? SOON_MS : AGAIN_MS));
  }
}

// What is drawn

function draw() {
  const next = screen();
  const { lines, ...rest } = next;
  const shape = JSON.stringify([words.language(), { ...rest, field: rest.field && rest.field.label }]);
  const keyed = [...(next.actions ?? []), ...(next.foot ?? [])].map((action) => [action.key, action.run]);
  actions = { ...Object.fromEntries(keyed), ...(next.keys ?? {}) };
  if (shape === drawn) fillIfOther(lines ?? []);
  else {
    drawn = shape;
    show(main, next);
  }
  tick();
}

function fillIfOther(lines) {
  const place = document.getElementById("lines");
  const before = [...place.children].map((line) => line.textContent);
  if (JSON.stringify(before) !== JSON.stringify(lines)) fill(place, lines);
}

function tick() {
  const place = document.getElementById("time");
  const left = (overAt - performance.now()) / 1000;
  if (!now?.scan) {
    if (left <= 0) forgetTyped();
    if (now?.state === "idle") forgetLanguage();
    return;
  }
  if (place) place.textContent = shownTime(left);
  const due = WARN_SECONDS.filter((each) => left <= each && !warned.has(each));
  if (due.length && left > 0 && place) {
    for (const each of due) warned.add(each);
    tell(say("seconds_left", { seconds: due[due.length - 1] }));
  }
  if (left <= 0) {
    wiped();
    draw();
  }
}

function forgetLanguage() {
  if (!chosenAt || performance.now() - chosenAt < LANGUAGE_MS) return;
  chosenAt = 0;
  words.reset();
  draw();
}

// Page life

addEventListener("pagehide", () => {
  if (now?.scan) api.doneWithoutWaiting();
  forgetTyped();
  tail = "";
  now = null;
  main.replaceChildren();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
document.getElementById("languages").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) chosen(() => words.choose(button.dataset.language));
});

async function begin() {
  api.takeToken();
  for (;;) {
    try {
      await words.load();
      break;
    } catch {
      await new Promise((wake) => setTimeout(wake, AGAIN_MS));
    }
  }
  words.reset();
  listen({ key: pressed, code: scanned, takesDigits: () => isTyping });
  setInterval(tick, 250);
  await follow();
}

begin();
