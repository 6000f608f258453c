// Who waits: the rows of the team's line, each ticking by itself.

import { span } from "/pages/shell/tick.js";

const by = (id) => document.getElementById(id);

function cell(text, name = "") {
  const made = document.createElement("td");
  made.className = name;
  made.textContent = text;
  return made;
}

/** Keeps the table; `now` () => Date by the server's clock. */
export class Line {
  #words; #now;

  constructor(words, now) {
    this.#words = words;
    this.#now = now;
  }

  /** @param {object[]} line as the stream's `line` tells it, in the order of service */
  show(line) {
    by("line-count").textContent = line.length;
    by("line-none").hidden = line.length > 0;
    by("line-table").hidden = !line.length;
    by("line").replaceChildren(...line.map((each) => this.#row(each)));
    this.tick();
  }

  /** Each second: how long everybody has waited. */
  tick() {
    const now = this.#now().getTime() / 1000;
    for (const each of document.querySelectorAll("#line [data-from]")) {
      const text = span(now - Number(each.dataset.from));
      if (each.textContent !== text) each.textContent = text;
    }
  }

  #row(each) {
    const words = this.#words;
    const row = document.createElement("tr");
    const concern = cell(words[each.concern] ?? each.concern);
    if (each.ringing) {
      const badge = document.createElement("span");
      badge.className = "badge badge--note";
      badge.textContent = words.line_ringing;
      concern.append(" ", badge);
    }
    const waits = cell("", "number");
    waits.dataset.from = each.since;
    const who = each.callback ? words.line_callback : each.number || words.number_withheld;
    row.append(cell(each.place, "number"), concern, cell(who), waits);
    return row;
  }
}
