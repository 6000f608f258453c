// A team's members, what they do, and what may be done about it.
import { send } from "/pages/shell/api.js";
import { act, askThenAct, member } from "./acts.js";
import { arrange, make, say } from "./dom.js";
import { hasWord, setup, word } from "./setup.js";
import { NONE, span } from "./wording.js";

let counted = 0;

/** The part of the panel; `fill(members, team)` brings it up to date, `tick(now)` moves the spans on. */
export function membersPart(changed) {
  const body = make("tbody");
  const heads = ["name", "state", "since"].map((each) => make("th", { scope: "col", text: word(`member_${each}`) }));
  const table = make("table", { class: "table members" }, make("caption", { class: "aside", text: word("panel_members") }),
    make("thead", {}, make("tr", {}, ...heads, make("th", { scope: "col", text: word("line_actions") }))), body);
  const empty = make("p", { class: "empty", text: word("members_empty"), hidden: true });
  const rows = new Map();
  return {
    place: make("div", {}, table, empty),
    fill(members, team) {
      const known = members.map((each) => {
        if (!rows.has(each.id)) rows.set(each.id, rowOf(changed));
        const row = rows.get(each.id);
        Object.assign(row, { member: each, team });
        fillRow(row);
        return row;
      });
      arrange(body, known.map((row) => row.line));
      say(empty, word("members_empty"));
      table.hidden = !members.length;
      empty.hidden = members.length > 0;
    },
    tick(now) {
      for (const { member: each, cells } of rows.values()) say(cells.since, each.since ? span((now - Date.parse(each.since)) / 1000) : NONE);
    },
    away() {
      say(empty, word("members_away"));
      table.hidden = true;
      empty.hidden = false;
    },
  };
}

function rowOf(changed) {
  const state = make("span", { class: "member-state" });
  const why = make("span", { class: "soft" });
  const cells = { name: make("th", { scope: "row", id: `member-${counted += 1}` }), state: make("td", {}, state, " ", why), since: make("td", { class: "number" }) };
  const buttons = make("td", { class: "l-actions" });
  return { cells, state, why, buttons, changed, told: "", line: make("tr", {}, ...Object.values(cells), buttons) };
}

function fillRow(row) {
  const { member: each, state, why, cells } = row;
  say(cells.name, each.name);
  say(state, hasWord(`state_${each.state}`) ? word(`state_${each.state}`) : each.state);
  state.dataset.state = each.state;
  say(why, whyOf(each));
  const may = setup.may.members || setup.may.place === each.id;
  const offered = may ? offers(each) : [];
  if (row.told === offered.join()) return;
  row.told = offered.join();
  const hadFocus = row.buttons.contains(document.activeElement);
  row.buttons.replaceChildren(...offered.map((what) => make("button", { type: "button", class: "kern-btn kern-btn--small", text: word(`act_${what}`),
    "aria-describedby": cells.name.id, on: { click: () => ACTS[what](row) } })));
  if (hadFocus) row.buttons.querySelector("button")?.focus();
}

function whyOf(each) {
  if (each.state !== "paused" || !each.paused_for) return "";
  return hasWord(`pause_${each.paused_for}`) ? word(`pause_${each.paused_for}`) : each.paused_for;
}

const offers = (each) => {
  if (!each.signed_in) return ["sign_in"];
  return [each.paused_for === null ? "pause" : "resume", "sign_out"];
};

const change = ({ team, member: { id, name }, changed }, path, what, reason) => ({
  ...member(team.id, id, path, reason), done: word(`done_${what}`, { name }), after: changed,
});

const ACTS = {
  sign_in: (row) => act({ ...change(row, "login", "sign_in"), undo: change(row, "logout", "sign_out") }),
  sign_out: (row) => askThenAct(
    { title: word("ask_sign_out", { name: row.member.name }), text: word("ask_sign_out_text", { name: row.member.name }), act: word("act_sign_out") },
    () => ({ ...change(row, "logout", "sign_out"), undo: change(row, "login", "sign_in") }),
  ),
  resume: (row) => act({ ...change(row, "unpause", "resume"),
    undo: change(row, "pause", "pause", /^[a-z-]{1,16}$/.test(row.member.paused_for) ? row.member.paused_for : undefined) }),
  pause: async (row) => {
    const options = (await reasons(row.team.id)).map((each) => ({ value: each, label: hasWord(`pause_${each}`) ? word(`pause_${each}`) : each }));
    return askThenAct(
      { title: word("ask_pause", { name: row.member.name }), text: word("ask_pause_text"), act: word("act_pause"),
        fields: [{ name: "reason", label: word("ask_pause_for"), type: "select", options }] },
      ({ reason }) => ({ ...change(row, "pause", "pause", reason), undo: change(row, "unpause", "resume") }),
    );
  },
};

async function reasons(team) {
  try {
    return await send("GET", `/api/v1/teams/${encodeURIComponent(team)}/pause-reasons`);
  } catch {
    return ["break"];
  }
}
