"""What SIPp itself saw of each call and when: its "tick" lines, by the clock on the wall."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from telephony.lab.calls import CitizenCall
from telephony.lab.phones import phone_event

_TICK = re.compile(r"tick \S+\t\S+\t(?P<at>[0-9.]+) (?P<number>[0-9]+ )?(?P<told>.*)")


@dataclass(slots=True)
class Leg:
    """One member's phone that picked up."""

    user: str
    answered_at: float
    over_at: float = 0.0
    hung_up: bool = False
    """By the member."""

    @property
    def seconds(self) -> float:
        return self.over_at - self.answered_at


@dataclass(slots=True)
class Seen:
    """One citizen's call. Instants in Unix seconds; 0 for what did not happen."""

    caller: str
    answered_at: float = 0.0
    over_at: float = 0.0
    hung_up: bool = False
    """By the citizen."""
    legs: list[Leg] = field(default_factory=list)

    @property
    def talk(self) -> Leg:
        """Of several phones that picked up, Asterisk has let the others go at once."""
        return max(self.legs, key=lambda leg: leg.seconds)

    @property
    def seconds(self) -> float:
        return self.over_at - self.answered_at


def seen_calls(citizens: Iterable[tuple[Sequence[CitizenCall], Sequence[str]]]) -> Mapping[str, Seen]:
    """Caller -> call, from what was placed and logged by each run of citizens."""
    found: dict[str, Seen] = {}
    for calls, events in citizens:
        for at, _, told in _ticks(events):
            kind, number = told.split()
            seen = found.setdefault(caller := calls[int(number) - 1].from_number, Seen(caller))
            if kind == "answered":
                seen.answered_at = at
            else:
                seen.over_at, seen.hung_up = at, kind == "hung-up"
    return found


def add_phones(seen: Mapping[str, Seen], phones: Iterable[Sequence[str]]) -> None:
    """Add to the calls what each run of phones has logged."""
    for events in phones:
        legs: dict[str, Leg] = {}
        for at, number, told in _ticks(events):
            event = phone_event(told)
            assert event is not None, told
            if event.kind == "answered":
                legs[number] = Leg(event.user, at)
                seen[event.caller_number].legs.append(legs[number])
            elif leg := legs.get(number):
                leg.over_at, leg.hung_up = at, event.kind == "hung-up"


def rang(phones: Iterable[Sequence[str]]) -> Mapping[str, int]:
    """Caller -> how many phones rang for them, or were turned down."""
    found: dict[str, int] = defaultdict(int)
    for events in phones:
        for event in filter(None, map(phone_event, events)):
            found[event.caller_number] += event.kind == "rang"
    return found


def _ticks(events: Iterable[str]) -> Iterable[tuple[float, str, str]]:
    for line in events:
        if tick := _TICK.fullmatch(line):
            yield float(tick["at"]), (tick["number"] or "").strip(), tick["told"]
