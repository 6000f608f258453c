// One team opened: its line, its members, its day, what closes it. Beside the table, with an address of its own.
import { Refused, send } from "/pages/shell/api.js";
import { soonOf } from "/pages/shell/soon.js";
import { refusal } from "./acts.js";
import { askToClose, reopen } from "./closing.js";
import { make, say } from "./dom.js";
import { orderTold } from "./head.js";
import { dayPart } from "./panel_day.js";
import { linePart } from "./panel_line.js";
import { membersPart } from "./panel_members.js";
import { around, serverNow, setup, word } from "./setup.js";
import { span } from "./wording.js";

const MOST_OFTEN_MS = 1000;
const SELDOM_MS = 10_000;

/** The panel. `closed()` is told when somebody closes it, `changed()` after a change. */
export function panelOf({ closed, changed }) {
  const place = document.getElementById("panel");
  let shown = null;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown && !document.querySelector("dialog[open]") && !event.defaultPrevented) closed();
  });
  const close = () => {
    shown?.end();
    shown = null;
    place.hidden = true;
    place.replaceChildren();
  };
  return {
    get id() { return shown?.id ?? ""; },
    open(id, { takesFocus = true } = {}) {
      close();
      shown = opened(id, place, { closed, changed });
      place.hidden = false;
      if (takesFocus) place.querySelector("h2").focus();
      shown.refresh();
    },
    close,
    refresh: () => shown?.refresh(),
    noticed: () => shown?.fillOrders(),
    fill: (judged) => shown?.fill(judged),
    tick: (now) => shown?.tick(now),
    curves: (curves) => shown?.curves(curves),
  };
}

function opened(id, place, { closed, changed }) {
  const team = setup.teams.find((each) => each.id === id);
  const head = make("header", {}, make("h2", { id: "panel-title", tabindex: "-1", text: team?.name ?? id }),
    make("button", { type: "button", class: "kern-btn kern-btn--small", text: word("panel_close"), on: { click: closed } }));
  if (!team) {
    place.replaceChildren(head, make("p", { class: "empty", text: word("panel_unknown") }));
    const nothing = () => undefined;
    return { id, end: nothing, refresh: nothing, fillOrders: nothing, fill: nothing, tick: nothing, curves: nothing };
  }
  const detail = new Detail(team, changed);
  place.replaceChildren(head, ...detail.parts());
  return detail;
}

class Detail {
  constructor(team, changed) {
    this.id = team.id;
    this.team = team;
    this.changed = () => { changed(); this.refresh(); };
    this.trouble = make("p", { class: "alert alert--near", role: "status", hidden: true });
    this.loading = make("p", { class: "loading", text: word("panel_loading") });
    this.why = make("div", { class: "why-list" });
    this.orders = make("div", { class: "orders" });
    this.line = linePart(this.changed);
    this.members = setup.may.members || setup.may.place ? membersPart(this.changed) : null;
    this.day = dayPart();
    this.askedAt = 0;
    this.hasEnded = false;
    /** Ask anew, at most once a second. */
    this.refresh = soonOf(() => this.hasEnded || this.ask(), MOST_OFTEN_MS);
  }

  parts() {
    const { target, extension, id } = this.team;
    const desk = setup.may.messages ? make("a", { href: `/desk/${encodeURIComponent(id)}`, text: word("panel_desk") }) : null;
    const titled = (name, part) => make("section", {}, make("h3", { text: word(`panel_${name}`) }), part.place);
    this.body = make("div", { class: "body", hidden: true }, titled("line", this.line), this.members && titled("members", this.members));
    this.fillOrders();
    return [make("p", { class: "soft about" }, word("panel_target", { target: span(target), extension }), desk && " · ", desk),
      this.why, this.orders, this.trouble, this.loading, this.body, titled("day", this.day)];
  }

  async ask() {
    this.askedAt = Date.now();
    const path = `/api/v1/teams/${encodeURIComponent(this.id)}`;
    try {
      const [detail, members] = await Promise.all([send("GET", path), this.members && send("GET", `${path}/members`).catch(() => null)]);
      if (this.hasEnded) return;
      this.line.fill(detail.line, Date.now(), this.team);
      if (this.members) members ? this.members.fill(members, this.team) : this.members.away();
      this.trouble.hidden = true;
      this.loading.hidden = true;
      this.body.hidden = false;
      this.tick(Date.now());
    } catch (error) {
      if (!(error instanceof Refused) || this.hasEnded) return;
      this.loading.hidden = true;
      this.trouble.hidden = false;
      say(this.trouble, word("panel_lost", { why: refusal(error) }));
    }
  }

  fill(judged) {
    const told = judged.needs.map((need) => word(`need_${need}`));
    if (this.told === told.join()) return;
    this.told = told.join();
    this.why.replaceChildren(...(told.length ? [make("p", { text: word("panel_needs") }), make("ul", {}, ...told.map((text) => make("li", { text })))] : []));
  }

  fillOrders() {
    const { orders } = around(this.id);
    const told = JSON.stringify(orders);
    if (this.ordersTold === told) return;
    this.ordersTold = told;
    const own = `team:${this.id}`;
    const mayOpen = (scope) => (scope === own ? setup.may.close : setup.may.close_centre);
    const lines = orders.map((order) => orderTold(order, mayOpen(order.scope) ? (each) => reopen(each, this.changed) : null));
    const close = setup.may.close ? make("button", { type: "button", class: "kern-btn kern-btn--small kern-btn--secondary", text: word("act_close"), on: { click: () => askToClose([own], this.changed) } }) : null;
    this.orders.replaceChildren(...lines, ...(close ? [close] : []));
  }

  /** Waits are told as spans, and go on by this machine's clock; since when a member does something, as a moment. */
  tick(now) {
    this.line.tick(now);
    this.members?.tick(serverNow().getTime());
    if (now - this.askedAt > SELDOM_MS) this.refresh(); // somebody else may have raised a caller: no event tells it
  }

  curves(curves) { this.day.fill(curves, this.team); }

  end() {
    this.hasEnded = true;
    this.day.end();
  }
}
