// Who gave up today and was not served since: one click has them called back.

import { Refused, send } from "/pages/shell/api.js";
import { confirmed } from "/pages/shell/confirm.js";
import { soonOf } from "/pages/shell/soon.js";
import { clock, span } from "/pages/shell/tick.js";
import { tell } from "/pages/shell/told.js";

const EVERY_MS = 2_000;
const MOST = 100;
const by = (id) => document.getElementById(id);

/** Keeps `#gave-up`, which stays hidden where there is no such list. */
export class GaveUp {
  #path; #words; #zone; #changed; #text = "";

  /** Look again, at most every two seconds. */
  soon = soonOf(() => this.#look(), EVERY_MS);

  /** `changed` is called when a callback was made or taken back. */
  constructor(team, words, zone, changed) {
    this.#path = `/api/v1/teams/${encodeURIComponent(team)}/gave-up`;
    this.#words = words;
    this.#zone = zone;
    this.#changed = changed;
  }

  async #look() {
    try {
      const { people, next } = await send("GET", `${this.#path}?limit=${MOST}`);
      this.#show(people, next !== null);
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      if (refused.status === 404 || refused.status === 403) by("gave-up").hidden = true;
    }
  }

  #show(people, isMore) {
    const text = JSON.stringify([people, isMore]);
    by("gave-up").hidden = false;
    if (text === this.#text) return;
    this.#text = text;
    by("gave-up-count").textContent = isMore ? `${people.length}+` : people.length;
    by("gave-up-none").hidden = people.length > 0;
    const had = document.activeElement?.closest("#gave-up-list li")?.dataset.id;
    by("gave-up-list").replaceChildren(...people.map((each) => this.#row(each)));
    if (had) (by("gave-up-list").querySelector(`[data-id="${CSS.escape(had)}"] button`) ?? by("gave-up-title")).focus();
  }

  #row(each) {
    const words = this.#words;
    const row = document.createElement("li");
    row.dataset.id = each.id;
    const said = document.createElement("p");
    const at = clock(new Date(each.at), { timeZone: this.#zone, withSeconds: false });
    const often = each.calls > 1 ? `${each.calls} ${words.gave_up_calls}` : "";
    const concern = words[each.concern] ?? each.concern;
    const wait = `${words.gave_up_waited} ${span(each.waited_seconds)}`;
    said.textContent = [at, concern, each.phone ?? words.number_withheld, wait, often].filter(Boolean).join(" · ");
    row.append(said);
    row.append(this.#button(each, said.textContent));
    return row;
  }

  #button(each, said) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "kern-btn kern-btn--secondary kern-btn--small";
    button.textContent = this.#words.gave_up_callback;
    button.setAttribute("aria-label", `${this.#words.gave_up_callback}: ${said}`);
    button.addEventListener("click", () => this.#call(each, button));
    return button;
  }

  // Who has withheld the number, or may not be called at it, can be called at another that somebody knows.
  async #phone(each) {
    if (each.can_be_called) return {};
    const { gave_up_callback: act, gave_up_ask: text, new_phone: label } = this.#words;
    return confirmed({ title: act, text, act, fields: [{ name: "phone", label, type: "text", required: true, maxlength: 40 }] });
  }

  async #call(each, button) {
    const body = await this.#phone(each);
    if (!body) return;
    button.setAttribute("aria-disabled", "true");
    try {
      const made = await send("POST", `${this.#path}/${encodeURIComponent(each.id)}/callback`, body);
      tell(this.#words.gave_up_made, { undo: { label: this.#words.undo, act: () => this.#undo(each.id, made.id) } });
    } catch (refused) {
      tell(this.#words[`why_${refused.problem?.why}`] ?? this.#words.not_done, { isTrouble: true });
      button.removeAttribute("aria-disabled");
    }
    await this.#look();
    this.#changed();
  }

  async #undo(row, callback) {
    try {
      await this.#takeBack(row, callback);
      tell(this.#words.gave_up_undone);
    } catch {
      tell(this.#words.not_done, { isTrouble: true });
    }
    this.#look();
    this.#changed();
  }

  // With the row it comes from; after some minutes that is no longer known, and the callback alone is called off.
  async #takeBack(row, callback) {
    try {
      await send("DELETE", `${this.#path}/${encodeURIComponent(row)}/callback`);
    } catch (refused) {
      if (refused.status !== 404) throw refused;
      await send("DELETE", `/api/v1/callbacks/${encodeURIComponent(callback)}`);
    }
  }
}
