// The page's life: ask, follow, show. All that it knows comes from the API, so that a reload loses nothing.

import { commandLine, showAnswer } from "./what_if_answer.js";
import { addChange, found, question, showMistakes } from "./what_if_form.js";

const API = "/api/v1/what-if";
const NEXT_MS = 700;
const AGAIN_MS = 3000;
const WHY = { 401: "signed_out", 403: "not_allowed", 409: "busy", 503: "away" };

const language = document.documentElement.lang;
const byId = (id) => document.getElementById(id);
const texts = await (await fetch(`/pages/what_if/what_if.${language}.json`)).json();

let isAsker = false;
let announced = "";
let timer = 0;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

function announce(text, values = {}) {
  byId("status").textContent = fill(text, values);
}

async function send(method, body) {
  const headers = { "X-CSRF-Token": document.querySelector('meta[name="csrf"]').content };
  if (body) headers["Content-Type"] = "application/json";
  const reply = await fetch(API, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
  return { status: reply.status, told: await reply.json() };
}

function follow(after = NEXT_MS) {
  clearTimeout(timer);
  timer = setTimeout(look, after);
}

async function look() {
  try {
    const { status, told } = await send("GET");
    if (status === 200) show(told);
    else if (status === 503) tryAgain();
    else {
      byId("running").hidden = true;
      refuse(status, told);
    }
  } catch {
    tryAgain();
  }
}

function tryAgain() {
  announceOnce("away", texts.away);
  byId("doing").textContent = texts.away;
  byId("running").hidden = false;
  follow(AGAIN_MS);
}

function show(now) {
  const isRunning = now.state === "running";
  const held = document.activeElement;
  byId("running").hidden = !isRunning;
  byId("cancel").hidden = !isRunning;
  byId("ask").hidden = isRunning;
  if (isRunning && held === byId("ask")) byId("cancel").focus();
  if (!isRunning && held === byId("cancel")) byId("ask").focus();
  byId("answer").hidden = isRunning || now.state === "idle";
  if (isRunning) {
    showProgress(now.progress);
    follow();
  } else if (now.state !== "idle") showEnd(now);
}

function showProgress({ step, done, of }) {
  const text = fill(texts[`step_${step}`], { done, of });
  byId("doing").textContent = text;
  const bar = byId("bar");
  if (of) bar.value = (100 * done) / of;
  else bar.removeAttribute("value");
  announceOnce(`${step} ${of ? Math.floor((4 * done) / of) : 0}`, text);
}

// A screen reader hears quarters, not every run.
function announceOnce(key, text) {
  if (key === announced) return;
  announced = key;
  announce(text);
}

function showEnd(now) {
  const isDone = now.state === "done";
  byId("told").hidden = !isDone;
  byId("failure").hidden = isDone;
  byId("command").textContent = commandLine(now.question);
  if (isDone) showAnswer(now, texts, language);
  else byId("failure").textContent = fill(texts[`failed_${now.error.why}`], now.error);
  if (!isAsker) return;
  isAsker = false;
  announce(isDone ? texts.ready : "");
  byId("answer-heading").focus();
  byId("answer").scrollIntoView();
}

// The API's own sentence is for programs: where we know why, it is told in the page's language.
function refuse(status, told) {
  showMistakes([{ at: null, mistake: WHY[status] ?? "refused", what: told.detail }], texts);
}

async function ask(event) {
  event.preventDefault();
  const { told, places, mistakes } = question();
  showMistakes(mistakes, texts);
  if (mistakes.length) return;
  announced = "";
  try {
    const { status, told: answer } = await send("POST", told);
    if (status === 202) {
      isAsker = true;
      show(answer);
    } else if (status === 422) showMistakes(answer.errors.map((each) => found(each, places)), texts);
    else {
      refuse(status, answer);
      if (status === 409) follow(0);
    }
  } catch {
    showMistakes([{ at: null, mistake: "away" }], texts);
  }
}

async function cancel() {
  clearTimeout(timer);
  try {
    const { status, told } = await send("DELETE");
    if (status !== 200) {
      refuse(status, told);
      return;
    }
    isAsker = false;
    show(told);
    announce(texts.cancelled);
  } catch {
    follow();
  }
}

byId("question").addEventListener("submit", ask);
byId("cancel").addEventListener("click", cancel);
byId("add").addEventListener("click", () => {
  const row = addChange(texts, announce);
  row.querySelector("select").focus();
  announce(texts.added, { number: document.querySelectorAll("#changes .change").length });
});
addChange(texts, announce);
await look();
