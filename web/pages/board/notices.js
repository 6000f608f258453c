// What the stream does not tell: openings, orders, troubles, and whether teams.yaml is another one by now.
import { send } from "/pages/shell/api.js";
import { renew, setup } from "./setup.js";

const SECONDS = 20;
const SOON_MS = 700;

/** Ask now and then while somebody looks; `told()` after each answer, `renewed()` after another teams.yaml. */
export function followNotices({ told, renewed }) {
  let timer = null;
  const ask = async () => {
    clearTimeout(timer);
    timer = setTimeout(ask, SECONDS * 1000);
    if (document.hidden) return;
    try {
      const { configured } = setup.notices;
      setup.notices = await send("GET", "/board/notices");
      if (setup.notices.configured !== configured) await takeOver(renewed);
      told();
    } catch {
      return; // what is wrong with the link is told by the stream
    }
  };
  timer = setTimeout(ask, SECONDS * 1000);
  document.addEventListener("visibilitychange", ask);
  return { soon: () => { clearTimeout(timer); timer = setTimeout(ask, SOON_MS); } };
}

// Another teams.yaml: the server makes the rows, as it did the first time.
async function takeOver(renewed) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const board = page.getElementById("board");
  if (!board) return;
  renew(JSON.parse(board.dataset.setup));
  const rows = [...page.querySelectorAll("#teams tbody tr")].map((row) => document.adoptNode(row));
  document.querySelector("#teams tbody").replaceChildren(...rows);
  renewed();
}
