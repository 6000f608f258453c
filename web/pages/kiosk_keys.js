// Keys of a person and keys of a scanner, on the same wire. A scanner types a code faster than any person, and ends it
// with Enter: what comes so fast is a code wherever the focus is; it is never shown.

const GAP_MS = 60; // between two keys of a scanner, at most
const END_MS = 100;
const SHORTEST = 4;
const LONGEST = 128;
const CARD = /^TLK1[A-Z2-7]{96}$/i;

export function listen({ key, code }) {
  let typed = "";
  let last = 0;
  let timer = 0;

  function settle() {
    const keys = typed;
    forget();
    if (CARD.test(keys)) code(keys);
    else if (keys.length < SHORTEST) for (const each of keys) key(each);
  }

  function forget() {
    clearTimeout(timer);
    typed = "";
  }

  function pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const gap = event.timeStamp - last;
    if (event.key === "Enter") return entered(event, gap);
    if (event.key === "Backspace" || event.key === "Escape") {
      settle();
      event.preventDefault();
      return key("*");
    }
    if ([...event.key].length !== 1) return;
    if (typed && gap > GAP_MS) settle();
    if (event.key === " " && !typed) return; // presses the button that has the focus
    if (event.repeat && !typed) return event.preventDefault();
    last = event.timeStamp;
    typed = (typed + event.key).slice(0, LONGEST);
    clearTimeout(timer);
    timer = setTimeout(settle, GAP_MS + 10);
    event.preventDefault();
  }

  function entered(event, gap) {
    if (typed.length >= SHORTEST && gap <= END_MS) {
      const read = typed;
      forget();
      event.preventDefault();
      return code(read);
    }
    const hadKeys = typed.length > 0;
    settle();
    if (hadKeys || !document.activeElement?.matches("button")) {
      event.preventDefault();
      key("Enter");
    }
  }

  addEventListener("keydown", pressed, { capture: true });
  return forget;
}
