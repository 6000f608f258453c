// A plot's cursor by keys: from moment to moment, and what it shows there is said, as a pointer shows it.

const LEAP = 10;
const TOLD = ["role", "tabindex", "aria-label", "aria-valuemin", "aria-valuemax", "aria-valuenow", "aria-valuetext"];

/**
 * Make `place` a stop of the tab key whose arrow keys move the cursor of the plot in it (WAI-ARIA's slider pattern).
 * @returns {{drawn: (plot: uPlot, label: string) => void, gone: () => void}} `drawn` after each drawing, `label`: what
 *   the plot is called; `gone` when there is none
 */
export function cursorByKeys(place) {
  let [plot, at] = [null, null];
  const last = () => plot.data[0].length - 1;
  const moves = {
    ArrowRight: () => at + 1, ArrowUp: () => at + 1, ArrowLeft: () => at - 1, ArrowDown: () => at - 1,
    PageUp: () => at + LEAP, PageDown: () => at - LEAP, Home: () => 0, End: last,
  };
  const point = () => plot?.setCursor({ left: plot.valToPos(plot.data[0][at], "x"), top: 0 });

  function tell(index) {
    at = Math.max(0, Math.min(last(), index));
    place.setAttribute("aria-valuenow", at);
    place.setAttribute("aria-valuetext", said(plot, at));
  }

  place.addEventListener("keydown", (event) => {
    if (!plot || !moves[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    tell(moves[event.key]());
    point();
  });
  place.addEventListener("focus", () => place.matches(":focus-visible") && point());
  place.addEventListener("blur", () => plot?.setCursor({ left: -10, top: -10 }));
  return {
    drawn(newer, label) {
      const wasLast = !plot || at === last();
      plot = newer;
      const told = { role: "slider", tabindex: 0, "aria-label": label, "aria-valuemin": 0, "aria-valuemax": last() };
      for (const [name, value] of Object.entries(told)) place.setAttribute(name, value);
      tell(wasLast ? last() : at);
      if (place === document.activeElement) requestAnimationFrame(point);
    },
    gone() {
      plot = null;
      for (const name of TOLD) place.removeAttribute(name);
    },
  };
}

// The legend's own words: the moment, then each line's name and figure.
function said(plot, at) {
  const [moment, ...lines] = plot.series.map(({ label, value }, index) => [label, value(plot, plot.data[index][at], index, at)]);
  return `${moment[1]}: ${lines.map((each) => each.join(" ")).join(", ")}`;
}
