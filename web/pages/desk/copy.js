// A number into the clipboard, for the centre's own case system.

import { tell } from "/pages/shell/told.js";

/** Let every `data-copy` button copy the `data-value` of its name. */
export function copies(words) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const place = document.querySelector(`[data-value="${button.dataset.copy}"]`);
      const isDone = await copied(place);
      tell(isDone ? `${words.copied}: ${words[`caller_${button.dataset.copy}`]}` : words.not_copied, { isTrouble: !isDone });
    });
  }
}

// Without TLS a browser has no clipboard for scripts, but copies what is selected.
async function copied(place) {
  try {
    await navigator.clipboard.writeText(place.textContent);
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(place);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand("copy");
  }
}
