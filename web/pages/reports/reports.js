// The page of reports: plots and sorting for whatever figures it shows, printing, and dates that mean "from - to".
import { drawPlots, redraw } from "./plots.js";
import { sortable } from "./sorting.js";

const place = document.getElementById("report");
const said = document.getElementById("report-said");
const texts = await (await fetch(`/pages/reports/reports.${document.documentElement.lang.slice(0, 2)}.json`)).json();

/** Makes figures that are new on the page alive. */
function found() {
  for (const plots of place.querySelectorAll("[data-course]:not([hidden])")) drawPlots(plots);
  for (const table of place.querySelectorAll("[data-sortable]")) sortable(table, texts.sort_by);
  for (const button of place.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.onclick = () => window.print();
  }
}

let waited = Boolean(place.querySelector("[aria-busy]"));
new MutationObserver(() => {
  const isDone = Boolean(place.querySelector("[data-done]"));
  if (isDone && waited) said.textContent = texts.done_said;
  waited = !isDone;
  found();
}).observe(place, { childList: true });
found();

const form = document.getElementById("report-form");
for (const name of ["first", "last"]) {
  form.elements[name].addEventListener("change", () => { form.elements.interval.value = "days"; });
}
window.addEventListener("beforeprint", () => redraw(true));
window.addEventListener("afterprint", () => redraw(false));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw(false));
