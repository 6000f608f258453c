// Tables that are sorted by a click or Enter on a column's head; the total stays below.

const number = (cell) => (cell.dataset.value === "" ? null : Number(cell.dataset.value));

/** Makes each head of `table` a button; `label` has a {name}. Once a table. */
export function sortable(table, label) {
  if (table.dataset.sortable === "on") return;
  table.dataset.sortable = "on";
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.title = head.querySelector("abbr")?.title ?? "";
    button.setAttribute("aria-label", label.replace("{name}", head.textContent));
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(table, head, column));
    head.replaceChildren(button);
  });
}

function sort(table, head, column) {
  const isNumber = head.dataset.sort === "number";
  const before = head.getAttribute("aria-sort");
  const isDown = before ? before === "ascending" : isNumber;
  const rows = [...table.tBodies[0].rows];
  rows.sort((one, other) => order(one.cells[column], other.cells[column], isNumber, isDown));
  for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
  table.tBodies[0].append(...rows);
}

// What has no figure comes last, whichever way it is sorted.
function order(one, other, isNumber, isDown) {
  const [a, b] = isNumber ? [number(one), number(other)] : [one.dataset.value, other.dataset.value];
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const way = isNumber ? a - b : a.localeCompare(b);
  return isDown ? -way : way;
}
