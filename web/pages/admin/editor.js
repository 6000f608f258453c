// The editor of teams.yaml: line numbers, ways from a mistake to its line, a file into the text, nothing lost.

const MOST_BYTES = 1024 * 1024;
const text = document.getElementById("text");
const lines = document.getElementById("lines");
const form = document.getElementById("editor");
const file = document.getElementById("file");
let isSaved = !form.elements.seen.value && !document.querySelector("#result .kern-alert");
let count = 0;

/** As many numbers as lines, scrolled along. */
function number() {
  const now = text.value.split("\n").length;
  if (now !== count) {
    count = now;
    lines.textContent = Array.from({ length: now }, (_, at) => at + 1).join("\n");
  }
  lines.scrollTop = text.scrollTop;
}

/** Put the cursor there; line and column count from 1. */
function goTo(line, column) {
  const before = text.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const end = text.value.indexOf("\n", before);
  text.focus();
  text.setSelectionRange(Math.min(before + column - 1, text.value.length), end < 0 ? text.value.length : end);
  text.scrollTop = Math.max(0, (line - 6) * Number.parseFloat(getComputedStyle(text).lineHeight));
  text.scrollIntoView({ block: "nearest" });
}

/** A file of theirs in place of the text. */
async function load(chosen) {
  const trouble = document.getElementById("file-trouble");
  trouble.textContent = "";
  if (!chosen) return;
  if (chosen.size > MOST_BYTES) {
    trouble.textContent = trouble.dataset.tooLarge;
    return;
  }
  try {
    text.value = new TextDecoder("utf-8", { fatal: true }).decode(await chosen.arrayBuffer());
  } catch {
    trouble.textContent = trouble.dataset.noText;
    return;
  }
  isSaved = false;
  number();
  text.focus();
}

text.addEventListener("input", () => { isSaved = false; number(); });
text.addEventListener("scroll", () => { lines.scrollTop = text.scrollTop; });
file.closest("p").hidden = false;
file.addEventListener("change", () => load(file.files[0]));
form.addEventListener("submit", () => { isSaved = true; });
window.addEventListener("beforeunload", (leaving) => { if (!isSaved) leaving.preventDefault(); });
document.getElementById("result").addEventListener("click", (pressed) => {
  const link = pressed.target.closest("a[data-line]");
  if (!link) return;
  pressed.preventDefault();
  goTo(Number(link.dataset.line), Number(link.dataset.column));
});
number();
if (document.querySelector("#result .kern-alert")) document.getElementById("result").focus();
