// The own phone: its state in one badge, what may be done, and whoever is on it.

import { clock, span } from "/pages/shell/tick.js";
import { tell } from "/pages/shell/told.js";
import { NotDone, sent } from "./forms.js";

const BACK = { login: "logout", logout: "login", pause: "unpause", unpause: "pause" };
const SHOWN = ["number", "phone", "area", "language", "waited", "team"];

const by = (id) => document.getElementById(id);

function put(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function item(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** Writes what the stream's `phone` tells into the page; `now` () => Date by the server's clock. */
export class Phone {
  #words; #zone; #now; #told = null; #title = document.title;

  constructor(words, zone, now) {
    this.#words = words;
    this.#zone = zone;
    this.#now = now;
    for (const form of document.querySelectorAll("form[data-act]")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#act(form);
      });
    }
  }

  /** @param {object} phone as `GET /api/v1/desk/{team}/stream` tells it */
  show(phone) {
    this.#told = phone;
    const badge = by("phone-state");
    badge.dataset.state = phone.state;
    put(badge, this.#words[`state_${phone.state}`] ?? phone.state);
    put(by("phone-why"), phone.reason === null ? "" : this.#words[`reason_${phone.reason}`] ?? phone.reason);
    by("phone-cure").hidden = phone.state !== "unavailable";
    this.#offer(phone);
    this.#caller(phone);
    this.tick();
  }

  /** Each second: how long after-call work still takes. */
  tick() {
    const until = this.#told?.until;
    const left = until ? until - this.#now().getTime() / 1000 : 0;
    put(by("phone-until"), left > 0 ? `${this.#words.until} ${span(Math.ceil(left))}` : "");
  }

  #offer(phone) {
    const isIn = phone.state !== "signed-out";
    const isPaused = phone.reason !== null || phone.extended;
    const may = {
      login: !isIn,
      logout: isIn,
      pause: isIn && !isPaused,
      unpause: isIn && isPaused,
      more: phone.state === "wrapup",
    };
    const had = document.activeElement?.closest("form[data-act]");
    for (const form of document.querySelectorAll("form[data-act]")) form.hidden = !may[form.dataset.act];
    if (had?.hidden) document.querySelector("form[data-act]:not([hidden]) button")?.focus();
  }

  async #act(form, others = {}, act = form.dataset.act) {
    const before = this.#told?.reason;
    const button = form.querySelector("button");
    button.setAttribute("aria-disabled", "true");
    try {
      await sent(form, others);
      const back = BACK[act] && document.querySelector(`form[data-act="${BACK[act]}"]`);
      const again = BACK[act] === "pause" && before ? { reason: before } : {};
      tell(this.#words[`did_${act}`], back ? { undo: { label: this.#words.undo, act: () => this.#act(back, again) } } : {});
    } catch (refused) {
      if (!(refused instanceof NotDone)) throw refused;
      tell(refused.status === 409 ? this.#words.first_sign_in : this.#words.not_done, { isTrouble: true });
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  #caller({ caller, phase, last }) {
    const words = this.#words;
    const concern = caller ? words[caller.concern] ?? caller.concern : "";
    const told = caller ? [words[`phase_${phase}`], concern].filter(Boolean).join(": ") : words.caller_elsewhere;
    put(by("caller-phase"), phase ? told : "");
    by("caller-card").dataset.phase = phase ?? "";
    document.title = phase === "ringing" ? `${by("caller-phase").textContent} – ${this.#title}` : this.#title;
    by("caller").hidden = !caller;
    by("caller-none").hidden = phase !== null;
    by("caller-unknown").hidden = !caller || caller.number !== "";
    const values = caller ? this.#values(caller) : {};
    for (const name of SHOWN) {
      const place = document.querySelector(`[data-value="${name}"]`);
      put(place, values[name] ?? "");
      place.closest("div").hidden = !values[name];
    }
    const marks = (caller?.marks ?? []).map((mark) => item("li", words[`mark_${mark}`] ?? mark));
    marks.forEach((each, index) => {
      each.className = `badge badge--${caller.marks[index] === "emergency" ? "bad" : "note"}`;
    });
    by("caller-marks").replaceChildren(...marks);
    this.#last(last);
  }

  #values(caller) {
    return {
      number: caller.number,
      phone: caller.phone,
      area: caller.area,
      language: this.#words[caller.language] ?? caller.language,
      waited: span(caller.waited_seconds),
      team: [caller.team, caller.team_name].filter((each, index, all) => all.indexOf(each) === index).join(" – "),
    };
  }

  #last(callers) {
    by("last").hidden = !callers.length;
    const rows = callers.map((caller) => {
      const row = document.createElement("li");
      const at = new Date((caller.ended_at ?? caller.rang_at) * 1000);
      row.append(item("time", clock(at, { timeZone: this.#zone, withSeconds: false })), " ");
      row.append(item("span", this.#words[caller.concern] ?? caller.concern), " ");
      row.append(item("span", caller.number || this.#words.number_unknown));
      return row;
    });
    by("last-list").replaceChildren(...rows);
  }
}
