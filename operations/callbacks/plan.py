"""What is to be done now so that callbacks and their placeholders agree: the one comparison, pure.

Theory of operation. The store says who is to be called (entries), Asterisk who is stood in for (placeholders). `plan`
compares the two and names the steps that close the gap; it is asked at every start, login, event and few seconds, so
whatever was interrupted anywhere is taken up here, and nowhere else. A step is named from what is known at one moment:
whoever does it changes the record from exactly the one that was read, so of two who do the same step one does it.
"""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from facts.contact import LeftState
from operations.callbacks.life import is_dialled_by_us, state_of
from operations.callbacks.ports import Placeholder
from operations.callbacks.rules import (
    expires_at,
    is_dialling,
    is_due,
    line_of,
    team_in_time,
    team_of,
    virtual_arrival,
)
from operations.mailbox.ports import Entry
from routing.callback import State
from routing.centre import Centre, Team

FORSAKEN_SECONDS = 600.0
"""No dial takes so long: whoever began it is gone."""


@dataclass(frozen=True, slots=True)
class Place:
    """Ask for a placeholder: it is due, and has none."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class LetGo:
    """This placeholder stands for nobody who is to be called now."""

    callback: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A member has answered, and nobody has been dialled for them yet."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class DialAgain:
    """The record of this attempt is kept, but Asterisk has not begun it: whoever kept it was cut off."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Talks:
    """The citizen has pressed the key, and nobody has noted it."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class AskResult:
    """This attempt is over: how, is to be found out."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class OutOfLine:
    """It is noted as standing in line, does not, and is not to just now."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Expire:
    """Its days, or its window, are over."""

    entry: Entry


Step = Place | LetGo | Answer | DialAgain | Talks | AskResult | OutOfLine | Expire


@dataclass(frozen=True, slots=True)
class Moment:
    """What is true now. `now`: Unix seconds; `opens_by`: the same by the clock of the opening hours (aware)."""

    centre: Centre
    now: float
    opens_by: datetime
    is_stopped: bool = False
    """Nothing is placed and nobody dialled."""
    has_trunk: bool = True
    """Whether numbers can be dialled; kiosks always can. Where they cannot, another router may have them in hand."""
    is_shut: bool = False
    """The trunk takes no calls just now: kiosks alone are rung."""

    def is_mine(self, entry: Entry) -> bool:
        """Whether this router is to look after it: not what another may be dialling just now."""
        is_old = (entry.dialled_at or entry.came_at) <= self.now - FORSAKEN_SECONDS
        return self.has_trunk or bool(entry.kiosk) or (is_old and (self.is_over(entry) or is_dialling(entry)))

    def can_ring(self, entry: Entry) -> bool:
        """Whether there is anything that this callback rings."""
        return entry.kiosk in self.centre.kiosks if entry.kiosk else bool(entry.phone)

    def may_dial(self, entry: Entry) -> bool:
        """Whether it may be dialled now for a member who has answered, though the team has closed since."""
        has_way = bool(entry.kiosk) or (self.has_trunk and not self.is_shut)
        is_on = self.centre.callbacks.dial and not self.is_stopped and has_way
        return is_on and self.can_ring(entry) and is_dialled_by_us(entry) and is_due(entry, self.now)

    def team_of(self, entry: Entry) -> Team | None:
        """Who calls back; the general line, too, for a team that does not open before the callback expires."""
        if entry.kiosk or entry.appointment_at is not None:
            return team_of(entry, self.centre)
        left = expires_at(entry, self.centre) - self.now
        return team_in_time(entry.team, self.centre, self.opens_by, left) or team_of(entry, self.centre)

    def team_now(self, entry: Entry) -> Team | None:
        """In whose line it may have a placeholder now; None: in none."""
        team = self.team_of(entry) if self.may_dial(entry) else None
        return team if team is not None and team.hours.is_open(self.opens_by) else None

    def is_astray(self, entry: Entry, seen: Placeholder, team: Team) -> bool:
        """Whether it stands in a line that is not this team's: its own is gone, renamed, closed or without members."""
        return bool(seen.queue) and seen.queue != line_of(entry, team, self.centre)

    def is_over(self, entry: Entry) -> bool:
        """Whether nobody is to be dialled for it any more."""
        return expires_at(entry, self.centre) <= self.now or not self.can_ring(entry)


def plan(
    entries: Iterable[Entry],
    placeholders: Mapping[str, Placeholder],
    moment: Moment,
    in_hand: Collection[str] = (),
) -> Sequence[Step]:
    """The steps, placements last and by virtual arrival.

    `in_hand`: callbacks that something is being done for, or was since Asterisk was asked: left alone for now.
    """
    known = {entry.id: entry for entry in entries}
    steps = steps_for([entry for entry in known.values() if entry.id not in in_hand], placeholders, moment)
    return in_order([*steps, *strangers(placeholders, {*known, *in_hand})], moment)


def steps_for(entries: Iterable[Entry], placeholders: Mapping[str, Placeholder], moment: Moment) -> Sequence[Step]:
    """What is to be done for these, in no order."""
    return [step for entry in entries for step in _steps(entry, placeholders.get(entry.id), moment)]


def strangers(placeholders: Mapping[str, Placeholder], known: Container[str]) -> Sequence[Step]:
    """Placeholders that stand for nobody who is known leave the line; talks go on."""
    return [LetGo(each) for each, seen in placeholders.items() if each not in known and not seen.is_connected]


def in_order(steps: Sequence[Step], moment: Moment) -> Sequence[Step]:
    """Placements last, and by virtual arrival."""
    places = [
        (virtual_arrival(step.entry, moment.centre, moment.now), step.entry.id, step)
        for step in steps
        if isinstance(step, Place)
    ]
    others = [step for step in steps if not isinstance(step, Place)]
    return [*others, *(step for _, _, step in sorted(places, key=itemgetter(0, 1)))]


def _steps(entry: Entry, seen: Placeholder | None, moment: Moment) -> Iterator[Step]:
    if entry.state is not LeftState.OPEN or not is_dialled_by_us(entry):
        if seen and not seen.is_connected:
            yield LetGo(entry.id)
    elif not seen and not moment.is_mine(entry):
        return
    elif is_dialling(entry):
        yield from _dialling(entry, seen, moment)
    elif moment.is_over(entry):
        yield Expire(entry)
    else:
        yield from _waiting(entry, seen, moment)


def _dialling(entry: Entry, seen: Placeholder | None, moment: Moment) -> Iterator[Step]:
    if seen is None:
        yield AskResult(entry)
    elif seen.is_connected and seen.attempt >= entry.attempts:
        yield Talks(entry)
    elif seen.attempt >= entry.attempts:
        if moment.is_stopped:
            yield LetGo(entry.id)  # a phone that rings is rung no longer
    elif seen.is_with_member:
        yield DialAgain(entry)
    else:
        yield LetGo(entry.id)  # left over: the attempt that is noted was not begun from this one


def _waiting(entry: Entry, seen: Placeholder | None, moment: Moment) -> Iterator[Step]:
    team = moment.team_now(entry)
    if seen is None:
        if team:
            yield Place(entry)
        elif state_of(entry) in (State.IN_LINE, State.ANSWERED):
            yield OutOfLine(entry)
    elif seen.is_with_member and not seen.attempt and moment.may_dial(entry):
        yield Answer(entry)
    elif (seen.attempt or team is None or moment.is_astray(entry, seen, team)) and not seen.is_connected:
        yield LetGo(entry.id)  # what has dialled once ends: the next attempt has a placeholder of its own
