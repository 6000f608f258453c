"""What a reader of queue_log knows of each call, and of the lines that are still to come.

All placeholders of one callback have the same Uniqueid: each of them is a call of its own here, a `Life`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from facts.place import VISITS_A_PLACEMENT, Place
from operations.mailbox.entry_id import is_entry_id
from operations.ports import KnownCalls
from telephony.place import told_visit
from telephony.queue_log.lines import AsteriskStarted, CallerLine, Line

Life: TypeAlias = tuple[str, int]
"""A call and, of a callback's placeholder, which one it is: `facts.place.Place.placement`."""


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
    """Life -> the text of its first TEAMLINE, and the numbers of its last entrance and of its last line at all.

    `lives`: of each line by its number; `newest`: of each call whose placeholders the lines tell apart.
    """

    first_told: Mapping[Life, str] = field(default_factory=dict)
    last_entrance: Mapping[Life, int] = field(default_factory=dict)
    last_line: Mapping[Life, int] = field(default_factory=dict)
    lives: Sequence[Life] = ()
    newest: Mapping[str, int] = field(default_factory=dict)


def life(place: Place) -> Life:
    """Whose lines these are; also of a citizen who talks, and was sent on: theirs is their placeholder's channel."""
    return place.call, (place.visit - 1) // VISITS_A_PLACEMENT + 1 if is_entry_id(place.call) else 0


def look_ahead(lines: Sequence[Line]) -> Ahead:
    """What is coming; lines are numbered from 0."""
    newest = _before_the_first(lines)
    lives = list(_lives(lines, newest))
    told: dict[Life, str] = {}
    entrances: dict[Life, int] = {}
    last: dict[Life, int] = {}
    for number, (line, life) in enumerate(zip(lines, lives, strict=True)):
        if isinstance(line, AsteriskStarted):
            continue
        last[life] = number
        if line.event == "TEAMLINE":
            told.setdefault(life, line.data[0])
        elif line.event == "ENTERQUEUE":
            entrances[life] = number
    return Ahead(told, entrances, last, lives, newest)


def _before_the_first(lines: Sequence[Line]) -> dict[str, int]:
    """Callback -> to which of its placeholders lines belong that stand before the first that names one."""
    found: dict[str, int] = {}
    for line in lines:
        if (visit := _visit(line)) and isinstance(line, CallerLine):
            found.setdefault(line.call, (visit - 2) // VISITS_A_PLACEMENT + 1)
    return found


def _lives(lines: Sequence[Line], newest: dict[str, int]) -> Iterator[Life]:
    """Of each line; a start of Asterisk is nobody's. In the end `newest` has the last of each callback."""
    for line in lines:
        call = line.call if isinstance(line, CallerLine) else ""
        if visit := _visit(line):
            newest[call] = (visit - 1) // VISITS_A_PLACEMENT + 1
        yield call, newest.get(call, 0)


def _visit(line: Line) -> int:
    """The visit that this line names of a callback's placeholder; 0 for any other line."""
    is_told = isinstance(line, CallerLine) and line.event == "TEAMLINE" and is_entry_id(line.call)
    return told_visit(line.data[0]) if is_told and isinstance(line, CallerLine) else 0


def open_calls(known: KnownCalls) -> dict[str, Call]:
    """The calls that we know of already."""
    calls = {name: Call(place, float(place.arrival)) for name, place in known.places.items()}
    for name, visit in known.visits.items():
        calls[name] = Call(visit.place, visit.joined_at, is_waiting=True)
    for ring, talk in known.talks.items():
        calls[talk.place.call] = Call(talk.place, talk.since, ring=ring, member=talk.member)
    return calls
