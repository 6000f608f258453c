// A team's line: who waits, in the order of service, and what may be done for them.
import { askThenAct, line } from "./acts.js";
import { arrange, make, say } from "./dom.js";
import { hasWord, setup, word } from "./setup.js";
import { urgency } from "./need.js";
import { level } from "./rows.js";
import { NONE, span } from "./wording.js";

const CREDITS = [5, 10, 30];
let counted = 0;
const COLUMNS = ["place", "waited", "concern", "credit", "number"];

/** The part of the panel; `fill(callers, at, team)` brings it up to date, `tick(now, isStale)` moves the waits on. */
export function linePart(changed) {
  const heads = [...COLUMNS.map((each) => make("th", { scope: "col", text: word(`line_${each}`) })),
    make("th", { scope: "col", text: word(setup.may.line ? "line_actions" : "line_state") })];
  const body = make("tbody");
  const table = make("table", { class: "table line" }, make("caption", { class: "aside", text: word("panel_line") }),
    make("thead", {}, make("tr", {}, ...heads)), body);
  const empty = make("p", { class: "empty", text: word("line_empty"), hidden: true });
  const rows = new Map();
  return {
    place: make("div", {}, table, empty),
    fill(callers, at, team) {
      const known = callers.map((caller) => {
        if (!rows.has(caller.call)) rows.set(caller.call, rowOf(caller.call, changed));
        const row = rows.get(caller.call);
        Object.assign(row, { caller, team, began: at - caller.waiting_seconds * 1000 });
        fillRow(row);
        return row;
      });
      for (const call of [...rows.keys()].filter((each) => !known.some((row) => row.call === each))) rows.delete(call);
      arrange(body, known.map((row) => row.line));
      table.hidden = !callers.length;
      empty.hidden = callers.length > 0;
    },
    tick(now) {
      for (const row of rows.values()) tickRow(row, now);
    },
  };
}

function rowOf(call, changed) {
  const cells = Object.fromEntries(COLUMNS.map((each) => [each, make("td", { class: `l-${each}`, data: { label: word(`line_${each}`) } })]));
  cells.waited.classList.add("wait");
  const [concern, language] = [make("span"), make("span", { class: "soft" })];
  cells.concern.append(concern, language);
  const ringing = make("span", { class: "member-state", data: { state: "ringing" }, text: word("line_ringing"), hidden: true });
  cells.place.id = `place-${counted += 1}`;
  const row = { call, cells, concern, language, ringing, caller: null, line: null };
  row.acts = setup.may.line ? buttons(row, changed) : [];
  row.line = make("tr", {}, ...Object.values(cells), make("td", { class: "l-actions" }, ringing, ...row.acts));
  return row;
}

function fillRow({ cells, concern, language, ringing, acts, caller }) {
  say(cells.place, String(caller.place));
  say(concern, hasWord(`concern_${caller.concern}`) ? word(`concern_${caller.concern}`) : caller.concern);
  say(language, caller.language);
  say(cells.credit, caller.credit_seconds ? `+${span(caller.credit_seconds)}` : NONE);
  say(cells.number, caller.number ?? (setup.may.messages ? word("no_number") : NONE));
  const hadFocus = caller.ringing && acts.includes(document.activeElement);
  ringing.hidden = !caller.ringing;
  for (const each of acts) each.hidden = caller.ringing; // too late
  if (hadFocus) document.getElementById("panel-title").focus();
}

function tickRow({ cells, began, team }, now) {
  const seconds = (now - began) / 1000;
  say(cells.waited, span(seconds));
  cells.waited.dataset.level = level(urgency(1, seconds, team.target));
}

function buttons(row, changed) {
  const one = (what, act) => make("button", { type: "button", class: "kern-btn kern-btn--small", text: word(`act_${what}`),
    "aria-describedby": row.cells.place.id, on: { click: () => act(row, changed) } });
  return [one("raise", raise), one("move", move), one("withdraw", withdraw)];
}

const named = ({ caller, cells }) => word("ask_caller", { place: caller.place, waited: cells.waited.textContent });

function raise(row, after) {
  const options = CREDITS.map((minutes) => ({ value: String(minutes * 60), label: word("minutes", { n: minutes }) }));
  return askThenAct(
    { title: word("ask_raise", { caller: named(row) }), text: word("ask_raise_text"), act: word("act_raise"),
      fields: [{ name: "seconds", label: word("ask_raise_by"), type: "select", value: options[0].value, options }] },
    ({ seconds }) => ({ ...line.raise(row.call, Number(seconds)), after,
      done: (now) => word("done_raise", { credit: span(now.credit_seconds) }) }),
  );
}

function move(row, after) {
  const from = row.team;
  const options = setup.teams.filter((each) => each.id !== from.id).map((each) => ({ value: each.id, label: each.name }));
  return askThenAct(
    { title: word("ask_move", { caller: named(row) }), text: word("ask_move_text"), act: word("act_move"),
      fields: [{ name: "team", label: word("ask_move_to"), type: "select", options, required: true }] },
    ({ team }) => ({ ...line.move(row.call, team), after, done: word("done_move", { team: nameOf(team) }),
      undo: { ...line.move(row.call, from.id), done: word("done_move", { team: from.name }) } }),
  );
}

function withdraw(row, after) {
  return askThenAct(
    { title: word("ask_withdraw", { caller: named(row) }), text: word("ask_withdraw_text"), act: word("act_withdraw"), isDangerous: true },
    () => ({ ...line.withdraw(row.call), after, done: word("done_withdraw") }),
  );
}

const nameOf = (id) => setup.teams.find((each) => each.id === id)?.name ?? id;
