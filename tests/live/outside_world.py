"""The world behind the trunk: citizens who are called back, each number with its manner, and what their phones saw.

Every INVITE that leaves the lab arrives here, so that what was not rung here was not rung at all.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from running_lab import RunningLab

from telephony.lab.called_citizens import ANSWERS, CalledCitizens, Manner, called_citizens
from telephony.lab.citizens import TrunkAccount
from telephony.lab.phones import PhoneEvent

WANTS_TO_TALK = replace(ANSWERS, ring_seconds=0.3, key_after_seconds=1.0, talk_seconds=600.0)
"""Presses 1 and talks until the other side has enough."""
TALKS_BRIEFLY = replace(WANTS_TO_TALK, talk_seconds=4.0)
"""Presses 1, is told that we connect, hears the member, and hangs up."""
_OVER = frozenset({"refused", "cancelled", "hung-up", "ended"})


class OutsideWorld:
    """What the citizens' phones saw, by the number as it was dialled."""

    def __init__(self, citizens: CalledCitizens) -> None:
        self._citizens = citizens

    def events(self, kind: str | None = None) -> Sequence[PhoneEvent]:
        """In order; only of one kind if given."""
        return self._citizens.events(kind)

    def rung(self) -> Sequence[str]:
        """The number of every INVITE that came, in order."""
        return [each.user for each in self.events("rang")]

    def shown(self) -> set[str]:
        """The caller that any phone showed."""
        return {each.caller_number for each in self.events("rang")}

    def until(self, kind: str, *numbers: str, count: int = 1, seconds: float = 60) -> Sequence[PhoneEvent]:
        """The events once each of these numbers has seen this so often. Raises SippFailed."""

        def is_seen(events: Sequence[PhoneEvent]) -> bool:
            found = Counter(each.user for each in events if each.kind == kind)
            return all(found[number] >= count for number in numbers)

        return self._citizens.until(is_seen, seconds)

    def until_over(self, *numbers: str, seconds: float = 60) -> None:
        """Wait until no phone of these numbers rings or talks any more, each having rung. Raises SippFailed."""

        def is_over(events: Sequence[PhoneEvent]) -> bool:
            rang = Counter(each.user for each in events if each.kind == "rang")
            over = Counter(each.user for each in events if each.kind in _OVER)
            return all(rang[number] and rang[number] == over[number] for number in numbers)

        self._citizens.until(is_over, seconds)

    def most_at_once(self) -> int:
        """So many phones rang or talked at the same time at most."""
        return _most(self.events(), _OVER)

    def most_dialled(self) -> int:
        """So many were called at the same time at most and had not pressed their key yet."""
        return _most(self.events(), _OVER | {"pressed"})

    def most_of_one(self) -> int:
        """So many calls one number had at the same time at most."""
        numbers = set(self.rung())
        return max((_most([e for e in self.events() if e.user == number], _OVER) for number in numbers), default=0)


def _most(events: Sequence[PhoneEvent], over: frozenset[str]) -> int:
    """The height of the tide; each call goes down once, be it by the first or the second thing that counts as over."""
    now: Counter[str] = Counter()
    most = 0
    for event in events:
        now[event.user] += (event.kind == "rang") - (event.kind in over and now[event.user] > 0)
        most = max(most, now.total())
    return most


@contextmanager
def outside_world(
    lab: RunningLab, known: Mapping[str, Manner] | None = None, *, everybody: Manner = WANTS_TO_TALK
) -> Iterator[OutsideWorld]:
    """Registered as the lab's trunk. `known`: a number as it is dialled -> its manner."""
    trunk = TrunkAccount(**lab.told["accounts"]["trunk"])
    with called_citizens(lab.told["sip"], trunk, known, others=(everybody,)) as citizens:
        yield OutsideWorld(citizens)
