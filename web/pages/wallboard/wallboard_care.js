// A screen that nobody tends for weeks: the newest page after a release, the sign-in when it is due, no screen saver.

const AWAKE_MS = 5_000;
const LOOK_MS = 600_000;
const SOON_MS = 20_000;

let lookedAt = performance.now();
let was = "";
let hasBeenOpen = false;
let timer = 0;

/** Load the page anew before long; asked again meanwhile, it is once. */
export function reloadSoon() {
  timer ||= setTimeout(async () => {
    timer = 0;
    if (await reached()) location.reload();
  }, SOON_MS * (0.5 + Math.random()));
}

/** Called with the link's state as often as it is told: after a gap another release may serve the page. */
export function keepCurrent(link) {
  const isBack = hasBeenOpen && link === "open" && was !== "open";
  hasBeenOpen ||= link === "open";
  if (link === "signed-out") reloadSoon();
  was = link;
  if (!isBack && performance.now() - lookedAt < LOOK_MS) return;
  lookedAt = performance.now();
  look();
}

async function look() {
  const text = await reached();
  const version = text && new DOMParser().parseFromString(text, "text/html").getElementById("wall")?.dataset.version;
  if (version && version !== document.getElementById("wall").dataset.version) location.reload();
}

// The page as it would be now; nothing while it cannot be had: what is on the wall is better than an error.
async function reached() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    return answer.ok ? await answer.text() : "";
  } catch {
    return "";
  }
}

/** Ways and pointer only while somebody is there; the screen stays on where the browser lets us. */
export function keepAwake() {
  let ends = 0;
  const wake = () => {
    document.body.classList.add("is-awake");
    clearTimeout(ends);
    ends = setTimeout(() => document.body.classList.remove("is-awake"), AWAKE_MS);
  };
  for (const name of ["pointermove", "pointerdown", "keydown", "focusin"]) addEventListener(name, wake, { passive: true });
  const light = () => document.hidden || navigator.wakeLock?.request("screen").catch(() => undefined);
  document.addEventListener("visibilitychange", light);
  light();
}
