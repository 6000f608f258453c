// Each screen as it is built: a heading, sentences, numbered buttons. Nothing of a code or a token is ever in it.

import { language, moment, say } from "./kiosk_words.js";

const MINUTE = 60;
let drawn = "";

// Built anew only where more than its lines has changed; then the button that had the focus has it again.
export function show(main, screen) {
  const { lines = [], ...rest } = screen;
  const shape = JSON.stringify([language(), { ...rest, field: rest.field && rest.field.label }]);
  if (shape === drawn) return fillIfOther(document.getElementById("lines"), lines);
  drawn = shape;
  const isSame = main.dataset.screen === screen.name;
  const key = isSame && main.contains(document.activeElement) && document.activeElement.getAttribute("aria-keyshortcuts");
  main.replaceChildren(...parts(screen));
  main.dataset.screen = screen.name;
  const again = key ? main.querySelector(`[aria-keyshortcuts="${CSS.escape(key)}"]`) : null;
  (again ?? main.querySelector("h1")).focus({ preventScroll: true });
  if (!isSame) scrollTo(0, 0);
}

function fillIfOther(place, lines) {
  const before = [...place.children].map((line) => line.textContent);
  if (JSON.stringify(before) !== JSON.stringify(lines)) fill(place, lines);
}

export function shownTime(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(left / MINUTE)}:${String(left % MINUTE).padStart(2, "0")}`;
}

export function teamLines(scan) {
  const lines = [say("your_team", { team: scan.team_name })];
  if (!scan.open) return [...lines, scan.opens_at ? say("closed_until", { moment: moment(scan.opens_at) }) : say("closed")];
  lines.push(say("waiting", { count: scan.waiting }));
  if (scan.estimated_wait_seconds !== null) {
    lines.push(say("wait_minutes", { minutes: Math.max(1, Math.round(scan.estimated_wait_seconds / MINUTE)) }));
  }
  return lines;
}

function parts(screen) {
  const made = [];
  if (screen.picture) made.push(picture(screen.picture));
  made.push(heading(screen.title));
  const lines = element("div", { className: "lines", id: "lines" });
  fill(lines, screen.lines ?? []);
  made.push(lines);
  for (const each of screen.warnings ?? []) made.push(element("p", { className: "warning", textContent: each }));
  const trouble = element("p", { className: "trouble", id: "trouble", hidden: !screen.trouble });
  trouble.textContent = screen.trouble ?? "";
  made.push(trouble);
  if (screen.field) made.push(...field(screen.field));
  if (screen.actions?.length) made.push(list(screen.actions));
  if (screen.foot?.length) made.push(foot(screen));
  return made;
}

function fill(place, lines) {
  place.replaceChildren(...lines.map((line) => element("p", { textContent: line })));
}

// Whoever hears the heading hears what is below it, too.
function heading(text) {
  const made = element("h1", { textContent: text, tabIndex: -1 });
  made.setAttribute("aria-describedby", "lines trouble");
  return made;
}

function list(actions) {
  const made = element("ul", { className: "actions" });
  for (const action of actions) {
    const row = element("li");
    row.append(button(action, "offer"));
    made.append(row);
  }
  return made;
}

function foot(screen) {
  const made = element("div", { className: "foot" });
  if (screen.hasTime) {
    const time = element("p", { className: "time" });
    time.append(element("span", { textContent: say("time_left") }), " ", element("strong", { id: "time" }));
    made.append(time);
  }
  made.append(...screen.foot.map((action) => button(action, "small")));
  return made;
}

function button(action, className) {
  const made = element("button", { type: "button", className });
  const label = element("span", { className: "label", textContent: action.label });
  if (action.hint) label.append(element("small", { textContent: action.hint }));
  made.append(key(action.key), label);
  made.setAttribute("aria-keyshortcuts", action.key);
  if (action.refused) made.setAttribute("aria-disabled", "true");
  made.addEventListener("click", () => action.run());
  return made;
}

function key(name) {
  const made = element("kbd", { textContent: name });
  made.setAttribute("aria-hidden", "true");
  return made;
}

function field({ label, value, pad }) {
  const input = element("input", { id: "number", type: "tel", readOnly: true, autocomplete: "off", value });
  input.inputMode = "none";
  input.dir = "ltr";
  const named = element("label", { htmlFor: "number", textContent: label });
  const keys = element("div", { className: "pad", role: "group" });
  keys.dir = "ltr";
  keys.setAttribute("aria-label", say("number_pad"));
  for (const each of pad) {
    const made = element("button", { type: "button", className: each.className ?? "", textContent: each.label });
    if (each.name) made.setAttribute("aria-label", each.name);
    made.addEventListener("click", () => each.run());
    keys.append(made);
  }
  return [named, input, keys];
}

function picture(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 64 64");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "picture");
  for (const d of PICTURES[name]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

const PICTURES = {
  card: ["M6 14h52v36H6z", "M12 22h14v14H12z M17 27h4v4h-4z", "M32 24h20 M32 32h20 M12 43h40"],
  phone: ["M14 8h12l4 14-7 5c3 7 7 11 14 14l5-7 14 4v12c0 4-4 6-8 6C26 54 10 38 8 16c0-4 2-8 6-8z"],
  right: ["M8 34l16 16 32-36"],
  wait: ["M32 6a26 26 0 1 1 0 52a26 26 0 1 1 0-52z", "M32 16v18l12 8"],
  wrong: ["M32 6L60 56H4z", "M32 24v16 M32 46v3"],
};

function element(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}
