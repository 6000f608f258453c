// Search, filter and sort: what people set here is in the address, and the other way round.
import { choose, chosen } from "./choice.js";
import { say } from "./dom.js";
import { canSort, firstDirection } from "./order.js";
import { word } from "./setup.js";

const FIELDS = ["find", "site", "area"];

/** Follow what people choose; `act()` is called after each change. */
export function followTools(act) {
  const form = document.getElementById("tools");
  form.hidden = false;
  const changed = () => {
    const of = form.elements;
    choose({ ...Object.fromEntries(FIELDS.map((name) => [name, of[name].value])), needs: of.needs.checked ? "1" : "" });
    act();
  };
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("reset").addEventListener("click", () => {
    choose(Object.fromEntries([...FIELDS, "needs"].map((name) => [name, ""])));
    show();
    act();
    form.elements.find.focus();
  });
  for (const button of document.querySelectorAll("[data-sort]")) {
    button.addEventListener("click", () => { sortBy(button.dataset.sort); act(); });
  }
  const what = form.querySelector(".what");
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || (!what.open && !event.target.value)) return;
    event.preventDefault(); // the first one is for what is open here, or for the search; not for the team beside the table
    if (what.open) what.querySelector("summary").focus();
    else if (event.target.type === "search") { event.target.value = ""; changed(); }
    what.open = false;
  });
  document.addEventListener("pointerdown", (event) => { if (!what.contains(event.target)) what.open = false; });
  show();
}

/** Bring fields and heads to what the address says. */
export function show() {
  const [form, said] = [document.getElementById("tools"), chosen()];
  for (const name of FIELDS) if (form.elements[name].value !== said[name]) form.elements[name].value = said[name];
  form.elements.needs.checked = said.needs !== "";
  for (const button of document.querySelectorAll("[data-sort]")) {
    const isSorted = button.dataset.sort === said.sort;
    const head = button.closest("th");
    if (isSorted) head.setAttribute("aria-sort", said.dir || firstDirection(said.sort));
    else head.removeAttribute("aria-sort");
  }
}

/** How many are shown of all, and how many need somebody. */
export function tellCount(shown, all, needy) {
  const said = chosen();
  const isFiltered = [...FIELDS, "needs"].some((name) => said[name]);
  say(document.getElementById("count"), isFiltered ? word("shown", { n: shown, all }) : "");
  say(document.getElementById("needy"), needy ? String(needy) : "");
  document.getElementById("reset").hidden = !isFiltered;
  const empty = document.getElementById("empty");
  empty.hidden = shown > 0;
  say(empty, word(said.needs && !said.find && !said.site && !said.area ? "nothing_needs" : "nothing"));
}

// First the direction that people mean, then the other, then as in teams.yaml again.
function sortBy(column) {
  const said = chosen();
  const first = firstDirection(column);
  const other = first === "ascending" ? "descending" : "ascending";
  const isFirst = said.sort !== column || !canSort(said.sort);
  if (isFirst) choose({ sort: column, dir: "" });
  else if ((said.dir || first) === first) choose({ sort: column, dir: other });
  else choose({ sort: "", dir: "" });
  show();
}
