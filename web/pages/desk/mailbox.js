// The mailbox: brought up to date in place, so that focus, an open list and a playing message stay as they are.

import { stale } from "/pages/shell/pieces.js";
import { soonOf } from "/pages/shell/soon.js";
import { tell } from "/pages/shell/told.js";
import { NotDone, sent } from "./forms.js";

const EVERY_MS = 1_000;
const BACK = { claim: "release" };
const PLACES = { claim: "claimed", release: "open", settle: "done", cancel: "done" };
const WHY = { 404: "gone", 409: "taken" };

/** Keeps `#mailbox`; its forms are sent without leaving the page. */
export class Mailbox {
  #team; #words; #place; #text = "";

  /** Look again, at most once a second however often this is called. */
  soon = soonOf(() => this.#look(), EVERY_MS);

  constructor(team, words) {
    this.#team = team;
    this.#words = words;
    this.#place = document.getElementById("mailbox");
    htmx.config.morphIgnore = [...htmx.config.morphIgnore, "open"];
    this.#place.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#act(event.target);
    });
    this.#place.addEventListener("click", (event) => {
      const way = event.target.closest(".parts a");
      if (!way || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#leaf(way);
    });
  }

  // The page stays as it is, with whatever is half typed on it; only other entries of one list are shown.
  async #leaf(way) {
    history.replaceState(null, "", way.href);
    await this.#look();
    this.#lead(way.hash.slice(1));
  }

  async #look() {
    try {
      const answer = await fetch(`/desk/${encodeURIComponent(this.#team)}/mailbox${location.search}`);
      stale(this.#place, answer.status >= 500); // the store is away; without any answer the page says so by itself
      const text = answer.ok ? await answer.text() : this.#text;
      if (text !== this.#text) {
        this.#text = text;
        await htmx.swap({ sourceElement: this.#place, target: this.#place, text, swap: "innerMorph" });
      }
    } catch {
      // nobody answers: the page says so by itself, and this is tried again
    }
  }

  async #act(form) {
    const act = form.getAttribute("action").split("?")[0].split("/").at(-1);
    try {
      await sent(form);
      await this.#look();
      this.#lead(PLACES[act]);
      const back = BACK[act] && form.action.replace(`/${act}`, `/${BACK[act]}`);
      tell(this.#words[`did_${act}`], back ? { undo: { label: this.#words.undo, act: () => this.#undo(form, back) } } : {});
    } catch (refused) {
      if (!(refused instanceof NotDone)) throw refused;
      tell(this.#words[WHY[refused.status] ?? "not_done"], { isTrouble: true });
      this.soon();
    }
  }

  async #undo(form, address) {
    try {
      await sent(form, {}, address);
      tell(this.#words.did_release);
    } catch {
      tell(this.#words.not_done, { isTrouble: true });
    }
    await this.#look();
  }

  // The button is gone with its entry: the keyboard goes on where the entry is now.
  #lead(place) {
    history.replaceState(null, "", `${location.pathname}${location.search}#${place}`);
    document.getElementById(place)?.focus();
  }
}
