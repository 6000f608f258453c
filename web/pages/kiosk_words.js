// The words of the page in five languages, all loaded at the start: a language is changed without the router, too.

const FIRST = "de";
const NUMBERS = { "de-leicht": "de", ar: "ar-u-nu-latn" }; // digits as on the keys, in Arabic as well
const STAYS_MS = 180000; // so long a language stays that somebody has chosen who did not scan
const texts = {};
let chosen = FIRST;
let pickedAt = 0; // by somebody; 0: nobody has

export const codes = () => buttons().map((button) => button.dataset.language);

export async function load() {
  await Promise.all(
    codes().map(async (code) => {
      const answer = await fetch(`/pages/kiosk.${code}.json`);
      if (!answer.ok) throw new Error("words");
      texts[code] = await answer.json();
    }),
  );
}

export const language = () => chosen;

export const isStale = () => pickedAt > 0 && performance.now() - pickedAt >= STAYS_MS;

export function pick(code) {
  choose(code);
  pickedAt = performance.now();
}

export function reset() {
  choose(FIRST);
  pickedAt = 0;
}

function choose(code) {
  chosen = codes().includes(code) ? code : FIRST;
  for (const button of buttons()) {
    const isChosen = button.dataset.language === chosen;
    button.setAttribute("aria-pressed", String(isChosen));
    if (isChosen) {
      document.documentElement.lang = button.lang;
      document.documentElement.dir = button.dir;
    }
  }
  document.getElementById("keys").textContent = say("keys_hint");
  document.title = `${say("title")} – ${document.querySelector(".brand span").textContent}`;
}

export function next() {
  const all = codes();
  pick(all[(all.indexOf(chosen) + 1) % all.length]);
}

export function say(key, values = {}) {
  const text = texts[chosen]?.[key] ?? texts[FIRST]?.[key] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

export function moment(iso) {
  const zone = document.documentElement.dataset.timezone;
  const shape = { weekday: "long", hour: "2-digit", minute: "2-digit", timeZone: zone };
  return new Intl.DateTimeFormat(NUMBERS[chosen] ?? chosen, shape).format(new Date(iso));
}

const buttons = () => [...document.querySelectorAll("#languages button")];
