// Keys of a person and keys of a scanner, on the same wire. A scanner types a code faster than any person and ends it
// with Enter: such a code is taken wherever the focus is, and is never shown. A person's keypad has no letters.

const GAP_MS = 150; // between two keys of a code, at most; a single key is a person's after so long
const LETTER_GAP_MS = 1000; // the same once a letter has come: no person types one
const FAST_MS = 50; // a mean gap that no person keeps up
const SHORTEST = 4;
const LONGEST = 128;
const CARD = /^TLK1[A-Z2-7]{96}$/i;
const LETTER = /[^0-9*#]/;

export function listen({ key, code, takesDigits }) {
  let typed = "";
  let first = 0;
  let last = 0;
  let timer = 0;

  const gap = () => (LETTER.test(typed) ? LETTER_GAP_MS : GAP_MS);

  function settle() {
    const keys = typed;
    forget();
    if (CARD.test(keys)) code(keys); // a scanner that sends no Enter
    else if (!LETTER.test(keys) && (keys.length < SHORTEST || takesDigits())) for (const each of keys) key(each);
  }

  function forget() {
    clearTimeout(timer);
    typed = "";
  }

  function isCode() {
    if (typed.length < SHORTEST) return false;
    return LETTER.test(typed) || !takesDigits() || (last - first) / (typed.length - 1) <= FAST_MS;
  }

  function pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (typed && event.timeStamp - last > gap()) settle();
    if (event.key === "Enter") entered(event);
    else if (event.key === "Backspace" || event.key === "Escape") {
      settle();
      event.preventDefault();
      key("*");
    } else if ([...event.key].length === 1) character(event);
  }

  function character(event) {
    if (event.key === " " && !typed) return; // presses the button that has the focus
    event.preventDefault();
    if (event.repeat) return;
    if (!typed) first = event.timeStamp;
    last = event.timeStamp;
    typed = (typed + event.key).slice(0, LONGEST);
    clearTimeout(timer);
    timer = setTimeout(settle, gap());
  }

  function entered(event) {
    if (isCode()) {
      const read = typed;
      forget();
      event.preventDefault();
      code(read);
      return;
    }
    const hadKeys = typed.length > 0;
    settle();
    if (hadKeys || !document.activeElement?.matches("button")) {
      event.preventDefault();
      key("Enter");
    }
  }

  addEventListener("keydown", pressed, { capture: true });
}
