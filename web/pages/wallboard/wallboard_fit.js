// The largest card with which all teams fit into the window; where that would be too small to read, the page scrolls.

const ASPECT = 1.6;
const LEAST = 130;
const WIDEST = 1000;

/** Columns, and the unit (CSS pixels) of which all of a card's lengths are shares. */
export function fitted(count, width, height, gap) {
  let best = { columns: 1, unit: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const [wide, high] = [(width - gap * (columns - 1)) / columns, (height - gap * (rows - 1)) / rows];
    const unit = Math.min(wide / ASPECT, high, WIDEST);
    if (unit > best.unit) best = { columns, unit };
  }
  if (best.unit >= LEAST || !count) return { ...best, isWhole: true };
  const columns = Math.max(1, Math.floor((width + gap) / (LEAST * ASPECT + gap)));
  return { columns: Math.min(columns, count), unit: Math.min(LEAST, width / ASPECT), isWhole: false };
}

/** Keep `list` fitted into what is left of the window below it. */
export function keepFitted(list) {
  const fit = () => {
    const { top, left } = list.getBoundingClientRect();
    const gap = Number.parseFloat(getComputedStyle(list).rowGap) || 0;
    const [width, height] = [document.documentElement.clientWidth - 2 * left, innerHeight - (top + scrollY) - gap];
    const { columns, unit, isWhole } = fitted(list.children.length, width, height, gap);
    list.parentElement.classList.toggle("is-fitted", isWhole);
    list.style.setProperty("--columns", columns);
    list.parentElement.style.setProperty("--unit", `${Math.floor(unit * 10) / 10}px`);
    const names = [...list.querySelectorAll("h2")];
    for (const name of names) name.classList.remove("is-long");
    for (const name of names.filter((each) => each.scrollWidth > each.clientWidth)) name.classList.add("is-long");
  };
  addEventListener("resize", fit);
  document.fonts?.ready.then(fit);
  fit();
  return fit;
}
