"""Calls that come and are answered all the while, whatever a test does to the parts."""

from collections.abc import Iterator
from contextlib import contextmanager

from running_lab import RunningLab, citizen
from small_centre import WORK, keys

from telephony.lab.citizens import CallsEnded
from telephony.lab.phones import Habits

QUICK = Habits(ring_seconds=(0.1, 0.2), talk_seconds=(0.3, 0.4))
TEAMS = ("V01", "V02", "general")
"""Whose figures it changes."""
MEMBERS = ("work", "more", "next", "last", "g01", "g02")
RATE = 2
_WISHES = (WORK, keys("L03", "2"))
_STAY = 40.0


class Load:
    """So many calls to the placement teams; without a router they come to the general line. Everybody is answered."""

    def __init__(self, lab: RunningLab, calls: int) -> None:
        wishes = (_WISHES[number % len(_WISHES)] for number in range(calls))
        self._calls = lab.calls([citizen(wish, stay=_STAY) for wish in wishes], rate=RATE)

    def until_it_flows(self) -> None:
        """Wait until some have been answered, have talked and are gone."""
        self._calls.run.until(lambda events: sum(each.startswith("ended") for each in events) > 1, 20)

    def ended(self) -> CallsEnded:
        """Wait for the last of them."""
        return self._calls.wait()

    def close(self) -> None:
        """Leave whoever is left without a goodbye."""
        self._calls.close()


@contextmanager
def load(lab: RunningLab, calls: int) -> Iterator[Load]:
    """Load that flows already, with the phones that take it."""
    with lab.phones(*MEMBERS, habits=QUICK):
        placed = Load(lab, calls)
        try:
            placed.until_it_flows()
            yield placed
        finally:
            placed.close()
