// On a page that says "not now": looks whether it is time, and shows the wanted page as soon as there is one.

const FIRST_MS = 5_000;
const MOST_MS = 60_000;

function look(after) {
  setTimeout(async () => {
    let status = 0;
    try {
      status = (await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" })).status;
    } catch {
      status = 0;
    }
    if (status && status < 429) location.reload();
    else look(Math.min(MOST_MS, after * 1.5));
  }, after * (0.8 + Math.random() * 0.4));
}

look(FIRST_MS);
