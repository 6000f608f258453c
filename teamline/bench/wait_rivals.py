"""What simpler predictors say on invented days, to be compared with: they learn from who was answered."""

from collections import defaultdict
from dataclasses import dataclass, field

_OLD_PARTS, _ALL_PARTS = 3, 4  # recalc_holdtime, apps/app_queue.c


@dataclass(slots=True)
class _Mean:
    seconds: float = 0.0
    seen: int = 0

    def add(self, seconds: float) -> None:
        self.seen += 1
        self.seconds += (seconds - self.seconds) / self.seen


@dataclass(slots=True)
class Rivals:
    """Asterisk's holdtime, and the mean wait of all who found as many ahead in this line."""

    _holdtime: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    _same_line: defaultdict[tuple[str, int], _Mean] = field(default_factory=lambda: defaultdict(_Mean))
    _found: dict[str, tuple[float, int]] = field(default_factory=dict)

    def told(self, queue: str, call: str, at: float, place: int) -> tuple[float, float]:
        """Seconds that each of the two expects for this caller who has just joined."""
        self._found[call] = at, place
        same = self._same_line[queue, place]
        return self._holdtime[queue], same.seconds if same.seen else self._holdtime[queue]

    def left(self, queue: str, call: str, at: float, *, answered: bool) -> None:
        """Learn from one who was answered."""
        joined, place = self._found.pop(call, (at, 0))
        if answered and place:
            held = self._holdtime[queue]
            self._holdtime[queue] = (held * _OLD_PARTS + at - joined) / _ALL_PARTS
            self._same_line[queue, place].add(at - joined)
