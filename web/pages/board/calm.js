// Rows must not jump away from whoever points at them: order changes wait for a calm moment.

const MOST_OFTEN_MS = 5000;
const BUSY_MS = 15_000;

/**
 * Call `arrange` at calm moments: at most every few seconds, and neither while the pointer is over `place` nor while
 * the focus is in it, unless both have been still for long. `soon()` of what this returns wants one; `now()` is for
 * what people asked for themselves.
 */
export function calmly(place, arrange) {
  let [last, movedAt, isWanted] = [-Infinity, -Infinity, false];
  for (const event of ["pointermove", "pointerdown", "keydown", "focusin"]) {
    place.addEventListener(event, () => { movedAt = performance.now(); }, { passive: true });
  }
  const isTouched = () => place.contains(document.activeElement) || (matchMedia("(hover: hover)").matches && place.matches(":hover"));
  const isBusy = () => isTouched() && performance.now() - movedAt < BUSY_MS;
  const now = () => {
    [last, isWanted] = [performance.now(), false];
    arrange();
  };
  setInterval(() => {
    if (isWanted && !isBusy() && performance.now() - last >= MOST_OFTEN_MS) now();
  }, 1000);
  return { soon: () => { isWanted = true; }, now };
}
