"""What is learned about staff, from counts alone: no history of a person is kept.

Successive counts of a queue tell how many came and left, and how many pauses ended. Which pause ended, nobody
knows: the first begun is taken to be the first ended, which keeps the mean of what is learned. Whoever serves several
queues is counted in each of them in the same moment; their pause is one.
"""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from routing.waits.grid import SECONDS_A_DAY
from routing.waits.pauses import Pauses
from routing.waits.staffing import Staffing

_LEAST_SPAN = 0.5


@dataclass(slots=True)
class _Moment:
    """Pauses that ended in one moment: there are as many for certain as the queue that told most has seen."""

    at: float = -1.0
    ended: int = 0


class StaffChanges:
    """Compares each count of a queue with the one before, and has `staffing` and `pauses` learn the difference."""

    def __init__(self, staffing: Staffing, pauses: Pauses) -> None:
        self._staffing = staffing
        self._pauses = pauses
        self._present: dict[str, int] = {}
        self._paused_since: defaultdict[str, deque[float]] = defaultdict(deque)
        self._moment = _Moment()
        self.present: Mapping[str, int] = MappingProxyType(self._present)
        """Queue -> how many are signed in, paused or not: for `Staffing.tick`."""

    def counted(self, queue: str, at: float, second: float, signed_in: int, paused: int, waiting: bool) -> None:
        """So many are signed in from `at` on, `second` of the local day, so many of them paused.

        `waiting`: callers are in line there. Below 0, or more paused than signed in: taken for what is possible.
        """
        if at != self._moment.at:
            self._moment = _Moment(at)
        before, now = self._present.get(queue, 0), max(0, signed_in)
        self._present[queue] = now
        self._staffing.counted(queue, now)
        for present in range(before + 1, now + 1):
            self._staffing.came(queue, present)
        for _ in range(now, before):
            self._staffing.left(waiting)
        since, paused = self._paused_since[queue], min(max(0, paused), now)
        self._ended(since, at, second, paused, left=max(0, before - now))
        since.extend([at] * (paused - len(since)))

    def _ended(self, since: deque[float], at: float, second: float, paused: int, left: int) -> None:
        """Whoever left as a pause ended has left in the pause: how long it would have lasted, nobody knows."""
        for _ in range(min(left, len(since) - paused)):
            since.popleft()
        for number in range(len(since) - paused):
            lasted = at - since.popleft()
            if number >= self._moment.ended:
                self._moment.ended = number + 1
                self._pauses.ended((second - lasted) % SECONDS_A_DAY, max(_LEAST_SPAN, lasted))
