// A sentence about what was just done, with a way to take it back.

const SECONDS = 12;
let ends;

/** Tell `text`; `undo` is {label, act} or nothing. `isTrouble`: stays until something else is told. */
export function tell(text, { undo, isTrouble = false } = {}) {
  const place = document.getElementById("told");
  if (!place) return;
  clearTimeout(ends);
  place.replaceChildren();
  const line = document.createElement("p");
  line.className = isTrouble ? "trouble" : "done";
  line.textContent = text;
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = undo.label;
    button.addEventListener("click", () => { place.replaceChildren(); undo.act(); });
    line.append(" ", button);
  }
  place.append(line);
  if (!isTrouble) ends = setTimeout(() => place.replaceChildren(), SECONDS * 1000);
}
