"""What is learned about staff, from counts alone: no history of a person is kept.

Successive counts of a queue tell how many came and left, and how many pauses ended for which reason. Which of them
ended, nobody knows: the first begun is taken to be the first ended, which keeps the mean of what is learned. Whoever
serves several queues is counted in each of them in the same moment; their pause is one.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from routing.waits.grid import SECONDS_A_DAY
from routing.waits.pauses import Pauses
from routing.waits.staffing import Staffing

_LEAST_SPAN = 0.5


@dataclass(slots=True)
class _Moment:
    """Pauses that ended in one moment: there are as many for certain as the queue that told most has seen."""

    at: float = -1.0
    ended: Counter[str] = field(default_factory=Counter)
    """By reason."""


class StaffChanges:
    """Compares each count of a queue with the one before, and has `staffing` and `pauses` learn the difference."""

    def __init__(self, staffing: Staffing, pauses: Pauses) -> None:
        self._staffing = staffing
        self._pauses = pauses
        self._present: dict[str, int] = {}
        self._paused_since: defaultdict[str, dict[str, deque[float]]] = defaultdict(dict)
        self._moment = _Moment()
        self.present: Mapping[str, int] = MappingProxyType(self._present)
        """Queue -> how many are signed in, paused or not: for `Staffing.tick`."""

    def counted(
        self,
        queue: str,
        at: float,
        second: float,
        signed_in: int,
        paused: int,
        waiting: bool,
        reasons: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """So many are signed in from `at` on, `second` of the local day, so many of them paused.

        `reasons`: why, as far as that is told. `waiting`: callers are in line there. Below 0, more paused than signed
        in, more reasons than paused: taken for what is possible.
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
        self._pauses_now(queue, at, second, _by_reason(min(max(0, paused), now), reasons), max(0, before - now))

    def _pauses_now(self, queue: str, at: float, second: float, paused: Mapping[str, int], left: int) -> None:
        """Whoever left as a pause ended has left in the pause: how long it would have lasted, nobody knows."""
        running = self._paused_since[queue]
        for reason in sorted({*running, *paused}):
            since, now = running.setdefault(reason, deque()), paused.get(reason, 0)
            unknown = min(left, max(0, len(since) - now))
            left -= unknown
            for _ in range(unknown):
                since.popleft()
            self._ended(reason, [since.popleft() for _ in range(len(since) - now)], at, second)
            since.extend([at] * (now - len(since)))
            if not since:
                del running[reason]

    def _ended(self, reason: str, begun: Sequence[float], at: float, second: float) -> None:
        for number, since in enumerate(begun, 1):
            if number > self._moment.ended[reason]:
                self._moment.ended[reason] = number
                lasted = at - since
                self._pauses.ended(reason, (second - lasted) % SECONDS_A_DAY, max(_LEAST_SPAN, lasted))


def _by_reason(paused: int, reasons: Mapping[str, int]) -> Mapping[str, int]:
    """So many in all; whoever is told without a reason under ""."""
    counts = {}
    for reason, count in reasons.items():
        counts[reason] = min(max(0, count), paused)
        paused -= counts[reason]
    counts[""] = counts.get("", 0) + paused
    return counts
