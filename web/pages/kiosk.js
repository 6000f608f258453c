// The kiosk's page: what the router says is shown; what somebody presses or scans is asked of the router.
// Nothing about a person is kept: what they typed goes when they are done, when their time is over, when the page goes.

import * as api from "./kiosk_api.js";
import { listen } from "./kiosk_keys.js";
import { show, shownTime } from "./kiosk_screens.js";
import { viewed } from "./kiosk_views.js";
import * as words from "./kiosk_words.js";

const { say } = words;
const AGAIN_MS = 1000;
const SOON_MS = 100;
const TROUBLE_MS = 20000;
const LONGEST_NUMBER = 20;
const ANY = "any";
const WARN_SECONDS = [60, 30, 10];
const main = document.getElementById("main");
const news = document.getElementById("news");

let now = null; // what the router said last
let bound = ""; // the scan that what was typed belongs to
let owed = ""; // the scan of somebody who has gone, until the router is known to have heard of it; ANY: whichever
let unread = ""; // the code of who came while the router was asked something
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
let warned = new Set();
let actions = {};

function screen() {
  return viewed({ now, isAway, isLocked, isTyping, number, tail, trouble, isHeld: Boolean(bound) }, DOES);
}

// What is pressed

const call = () => ask(() => api.call(now.scan.id, words.language()));
const callHere = () => ask(() => api.callback(now.scan.id, "kiosk", words.language()));

function typeNumber() {
  isTyping = true;
  number = "";
  trouble = "";
  draw();
}

function type(digit) {
  if (number.length < LONGEST_NUMBER) number += digit;
  shownNumber(digit);
}

function erase() {
  number = number.slice(0, -1);
  shownNumber([...number].join(" "));
}

function shownNumber(heard) {
  const field = document.getElementById("number");
  if (field) field.value = number;
  tell(heard);
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

// It counts at once; a router that is away hears of it when it is back.
function leave() {
  if (isAway || !now) return letGo();
  ask(async () => {
    try {
      await api.done();
    } catch {
      letGo();
      throw new api.Away();
    }
    return null;
  });
}

function letGo() {
  wiped();
  draw();
}

const DOES = { call, callHere, typeNumber, moreTime, type, erase, back, sendNumber, leave, complain };

async function ask(question, aboutCode = false) {
  if (isBusy || isAway || !now) return;
  isBusy = true;
  turn += 1;
  isOfCode = aboutCode;
  main.setAttribute("aria-busy", "true");
  trouble = "";
  try {
    const told = await question();
    if (told && !unread) heard(told);
    if (!told) wiped();
  } catch (error) {
    failed(error);
  } finally {
    isBusy = false;
    turn += 1;
    main.removeAttribute("aria-busy");
    draw();
  }
  if (!unread) return;
  const code = unread;
  unread = "";
  scanned(code);
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
  if (isLocked) return;
  if (bound) words.reset();
  gone(); // somebody else
  owed = ANY;
  if (isAway || !now) tell(say("offline_title"));
  else tell(say("reading"));
  if (isBusy) unread = code;
  else ask(() => read(code), true);
  draw();
}

// Whoever is bound there is somebody else, unless the router has answered this very code.
async function read(code) {
  try {
    const told = await api.scan(code.trim().toUpperCase());
    owed = "";
    return told;
  } catch (error) {
    if (!(error instanceof api.Away)) owed = "";
    throw error;
  }
}

// Whoever stood here is nobody's any more, whatever the router knows of it.
function gone() {
  owed = bound || owed;
  forgetTyped();
  tail = bound = "";
  if (now) now = { ...now, scan: null, offers: null, state: now.state === "scanned" ? "idle" : now.state };
}

function pressed(key) {
  if (isBusy) return;
  if (isTyping && /^[0-9]$/.test(key)) return type(key);
  const run = actions[key];
  if (run) return run();
  if (key === "#") return chosen(() => words.next());
  const codes = words.codes();
  if (!Object.keys(actions).some((each) => codes[Number(each) - 1]) && codes[Number(key) - 1]) chosen(() => words.pick(codes[Number(key) - 1]));
}

function chosen(change) {
  change();
  trouble = "";
  draw();
}

// What the router says

function heard(told) {
  const before = bound;
  owed = "";
  if (isAway) tell(say("back_again"));
  isAway = isLocked = false;
  now = told;
  bound = told.scan?.id ?? "";
  overAt = told.scan ? performance.now() + told.scan.seconds_left * 1000 : 0;
  if (before !== bound) {
    forgetTyped();
    warned = new Set();
    if (before && bound) words.reset(); // the next person's
    if (bound) {
      trouble = tail = "";
      isOfCode = false;
    } else if (told.state !== "in-call") wiped();
  }
  draw();
}

function wiped() {
  gone();
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

const isOwed = (told) => Boolean(told.scan) && (owed === ANY || owed === told.scan.id);

async function follow() {
  for (;;) {
    const before = turn;
    try {
      const told = await api.events(isOld ? "" : (now?.version ?? ""));
      isOld = before !== turn || isBusy; // it may be older than what was asked meanwhile: looked at anew
      if (!isOld && !isOwed(told)) {
        heard(told);
        continue;
      }
      if (!isOld) await api.done();
      isOld = true;
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
  const keyed = [...(next.actions ?? []), ...(next.foot ?? [])].map((action) => [action.key, action.run]);
  actions = { ...Object.fromEntries(keyed), ...(next.keys ?? {}) };
  show(main, next);
  tick();
}

function tick() {
  const place = document.getElementById("time");
  const left = (overAt - performance.now()) / 1000;
  if (!now?.scan) {
    if (left <= 0 && bound) letGo(); // also while the router is away
    if (now?.state === "idle") forgetLanguage();
    return;
  }
  if (place) place.textContent = shownTime(left);
  const due = WARN_SECONDS.filter((each) => left <= each && !warned.has(each));
  if (due.length && left > 0 && place) {
    for (const each of due) warned.add(each);
    tell(say("seconds_left", { seconds: due[due.length - 1] }));
  }
  if (left <= 0) letGo();
}

function forgetLanguage() {
  if (!words.isStale()) return;
  words.reset();
  draw();
}

// Page life

addEventListener("pagehide", () => {
  if (bound) api.doneWithoutWaiting(bound);
  gone();
  now = null;
  main.replaceChildren();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
document.getElementById("languages").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) chosen(() => words.pick(button.dataset.language));
});

async function begin() {
  api.takeToken();
  owed = api.takeGone();
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
