// Pieces of a page that fetch themselves: while nobody answers they stay, grey, with a sentence, and are tried again.

const place = document.getElementById("state");
const lost = new Set();

/** Tell that `piece`, an element, is not what it would be now; or that it is again. */
export function stale(piece, isLost) {
  for (const each of lost) if (!each.isConnected) lost.delete(each);
  lost[isLost ? "add" : "delete"](piece);
  piece.classList.toggle("is-stale", isLost);
  const text = lost.size ? document.body.dataset.lost : "";
  if (place.textContent === text) return;
  const line = document.createElement("p");
  line.className = "alert alert--near";
  line.textContent = text;
  place.replaceChildren(...(text ? [line] : []));
}

function heard({ target, detail }, isLost) {
  if (detail.ctx && target instanceof Element && target.hasAttribute("hx-get")) stale(target, isLost);
}

document.addEventListener("htmx:after:request", (event) => heard(event, event.detail.ctx?.response?.status >= 400));
document.addEventListener("htmx:error", (event) => heard(event, true));
