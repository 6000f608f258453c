// Looking again soon, however many things ask for it.

/**
 * What calls `look` soon: at once if the last look is `ms` ago, else then; never twice at a time. Who asks while it looks
 * is not forgotten. By a clock that nobody sets: a computer's own may jump by hours.
 * @returns {() => void}
 */
export function soonOf(look, ms) {
  let [timer, isWanted, lookedAt] = [0, false, -Infinity];
  const soon = () => {
    isWanted = true;
    timer ||= setTimeout(run, Math.max(0, lookedAt + ms - performance.now()));
  };
  const run = async () => {
    [isWanted, lookedAt] = [false, performance.now()];
    try {
      await look();
    } finally {
      timer = 0;
      if (isWanted) soon();
    }
  };
  return soon;
}
