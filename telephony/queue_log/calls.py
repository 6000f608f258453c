"""What a reader of queue_log knows of each call, and of the lines that are still to come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from facts.place import Place
from operations.ports import KnownCalls
from telephony.queue_log.lines import AsteriskStarted, Line


@dataclass(slots=True)
class Call:
    """A call on its way. `since`: the newest instant known of it; `ring` and `member` while it talks."""

    place: Place
    since: float
    is_waiting: bool = False
    ring: str = ""
    member: str = ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """Call -> the text of its first TEAMLINE, and the numbers of its last entrance and of its last line at all."""

    first_told: Mapping[str, str] = field(default_factory=dict)
    last_entrance: Mapping[str, int] = field(default_factory=dict)
    last_line: Mapping[str, int] = field(default_factory=dict)


def look_ahead(lines: Sequence[Line]) -> Ahead:
    """What is coming; lines are numbered from 0."""
    told: dict[str, str] = {}
    entrances: dict[str, int] = {}
    last: dict[str, int] = {}
    for number, line in enumerate(lines):
        if isinstance(line, AsteriskStarted):
            continue
        last[line.call] = number
        if line.event == "TEAMLINE":
            told.setdefault(line.call, line.data[0])
        elif line.event == "ENTERQUEUE":
            entrances[line.call] = number
    return Ahead(told, entrances, last)


def open_calls(known: KnownCalls) -> dict[str, Call]:
    """The calls that we know of already."""
    calls = {name: Call(place, float(place.arrival)) for name, place in known.places.items()}
    for name, visit in known.visits.items():
        calls[name] = Call(visit.place, visit.joined_at, is_waiting=True)
    for ring, talk in known.talks.items():
        calls[talk.place.call] = Call(talk.place, talk.since, ring=ring, member=talk.member)
    return calls
