// A sentence about what was just done, with a way to take it back.

const SECONDS = 12;
let ends;

/**
 * Tell `text` at the bottom, politely.
 * @param {string} text for people
 * @param {object} more `undo` {label, act: () => void}; `isTrouble`: stays until it is closed or something else is told
 */
export function tell(text, { undo, isTrouble = false } = {}) {
  const place = document.getElementById("told");
  if (!place) return;
  clearTimeout(ends);
  const line = document.createElement("p");
  line.className = isTrouble ? "told-line is-trouble" : "told-line";
  line.append(said(text));
  if (undo) line.append(button(undo.label, () => { wipe(place); undo.act(); }));
  line.append(closing(place));
  place.replaceChildren(line);
  if (!isTrouble) later(place);
}

// As long as somebody points at it or is in it, it stays: twelve seconds are short for a slow reader (WCAG 2.2.1).
function later(place) {
  ends = setTimeout(() => (place.matches(":hover, :focus-within") ? later(place) : wipe(place)), SECONDS * 1000);
}

function wipe(place) {
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren();
  if (hadFocus) document.getElementById("main")?.focus();
}

function closing(place) {
  const close = button("×", () => wipe(place));
  close.setAttribute("aria-label", document.body.dataset.close ?? "Close");
  return close;
}

function said(text) {
  const words = document.createElement("span");
  words.textContent = text;
  return words;
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "kern-btn kern-btn--small";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}
