"""What a lead does to somebody in line: raise, move, take out. Only to who waits, never to who is rung or talks.

Callbacks are not among them: nobody is on the line, and the team's desk has them in a list of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol

import structlog

from facts.place import Place
from metrics.live import LiveModel
from operations.ports import SwitchRefused
from routing.centre import Team
from routing.fair_line import CREDIT_LIMIT, priority

_MOST_DIGITS = 10
_DIGITS_SHOWN = 3

log = structlog.get_logger()


class CallerSwitch(Protocol):
    """What this asks of Asterisk, for the channel with a Uniqueid. All raise SwitchAway or SwitchRefused."""

    async def caller_variable(self, call: str, name: str) -> str:
        """Empty if it is not set."""
        ...

    async def set_caller(self, call: str, **variables: str) -> None:
        """Set variables, in this order."""
        ...

    async def raise_caller(self, queue: str, call: str, priority: int) -> None:
        """Another priority for who waits in this queue now."""
        ...

    async def withdraw(self, queue: str, call: str) -> None:
        """Out of this queue: the dialplan goes on."""
        ...

    async def send_into_line(self, call: str) -> None:
        """Into the line of TEAMLINE_QUEUE, with the place that the channel keeps."""
        ...


class NotWaiting(Exception):
    """Nobody who waits now has this id."""


class BeingRung(Exception):
    """A member's phone rings for this caller, or they talk already: too late."""


class WholeCredit(Exception):
    """This caller has all the credit that there is: 3600 seconds."""


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody who waits. `waited_seconds`: since the first contact of this call."""

    place: Place
    waited_seconds: float
    is_rung: bool


class LineActions:
    """Changes to the line as `model` knows it. All raise NotWaiting, SwitchAway or SwitchRefused."""

    def __init__(self, switch: CallerSwitch, model: LiveModel) -> None:
        self._switch = switch
        self._model = model
        self._raised: dict[str, int] = {}
        """Call -> its credit after a raise: Asterisk tells of none, and the model knows the one at joining."""

    def place(self, call: str) -> Place:
        """Where this caller waits. Raises NotWaiting."""
        visit = self._model.visits.get(call) or self._model.between.get(call)
        if visit is None or visit.place.is_placeholder:
            raise NotWaiting
        return visit.place

    def line(self, team: str, now: float) -> list[InLine]:
        """Who waits for this team, in whatever queue, in the order of service. `now`: Unix seconds."""
        rung = {ring.place.call for ring in self._model.rings.values()}
        waiting = (visit for visit in self._model.in_line if not visit.place.is_placeholder)
        visits = [visit for visit in waiting if visit.place.team == team]
        found = [
            InLine(self._as_raised(it.place), self._model.waiting_seconds(it, now), it.place.call in rung)
            for it in visits
        ]
        return sorted(found, key=lambda each: each.place.virtual_arrival)

    def place_of(self, team: str, call: str) -> int | None:
        """The place, from 1, of a call, or of the placeholder with a callback's id; None: not in this team's line."""
        places = [self._as_raised(visit.place) for visit in self._model.in_line if visit.place.team == team]
        calls = [place.call for place in sorted(places, key=lambda place: place.virtual_arrival)]
        return calls.index(call) + 1 if call in calls else None

    def places(self) -> Mapping[tuple[str, str], int]:
        """Team and call, or callback -> its place in that team's line, from 1; all lines in one look."""
        standing = sorted(map(self._as_raised, (visit.place for visit in self._model.in_line)), key=_by_line)
        lines = groupby(standing, key=lambda place: place.team)
        return {(team, place.call): at for team, line in lines for at, place in enumerate(line, 1)}

    async def number(self, call: str) -> str:
        """The number that this caller calls from, its last three digits only; empty if it is withheld."""
        number = await self._switch.caller_variable(call, "TEAMLINE_CALLER")
        return f"…{number[-_DIGITS_SHOWN:]}" if len(number) > 2 * _DIGITS_SHOWN else ""

    async def add_credit(self, call: str, seconds: int) -> int:
        """Raise by so many seconds (1 to 3600), at most to 3600 in all: the credit now. Raises WholeCredit.

        The channel's variables first: a caller who is between two slices stands where they say when back in line.
        """
        place = self.place(call)
        credit = _seconds(await self._switch.caller_variable(call, "TEAMLINE_CREDIT"), place.credit)
        if credit >= CREDIT_LIMIT:
            raise WholeCredit
        raised = min(CREDIT_LIMIT, credit + max(0, seconds))
        await self.set_credit(place, raised)
        return raised

    async def set_credit(self, place: Place, credit: int) -> None:
        """Let this caller's place be by this credit, never by less than what the channel has already."""
        arrival = _seconds(await self._switch.caller_variable(place.call, "TEAMLINE_ARRIVAL"), place.arrival)
        known = _seconds(await self._switch.caller_variable(place.call, "QUEUE_PRIO"), 0)
        wanted = max(known, priority(arrival, credit))
        await self._switch.set_caller(place.call, TEAMLINE_CREDIT=str(credit), QUEUE_PRIO=str(wanted))
        try:
            await self._switch.raise_caller(place.queue, place.call, wanted)
        except SwitchRefused:
            if place.call in self._model.visits:  # else between two visits: the variables count at the next
                raise
        self._remember(place.call, credit)
        log.info("caller_raised", call=place.call, team=place.team, credit=credit)

    async def move(self, call: str, team: Team) -> Place:
        """To this team's line, the arrival kept; where the caller was. Raises BeingRung."""
        place = self._movable(call)
        via = await self._switch.caller_variable(call, "TEAMLINE_VIA")
        await self._switch.set_caller(  # as `ivr.kept_standing` reads it: no rule sends the caller back again
            call,
            TEAMLINE_VIA=f"{via}:{place.team}" if via else place.team,
            TEAMLINE_PASSED="",
            TEAMLINE_SINCE="",
            TEAMLINE_TEAM=team.id,
            TEAMLINE_QUEUE=team.queue,
        )
        self._movable(call)
        await self._switch.send_into_line(call)
        log.info("caller_moved", call=call, team=place.team, to=team.id)
        return place

    async def withdraw(self, call: str) -> Place:
        """Out of line for good: the call ends. Where the caller was. Raises BeingRung."""
        place = self._movable(call)
        await self._switch.set_caller(call, TEAMLINE_END="closed")
        try:
            await self._switch.withdraw(place.queue, call)
        except SwitchRefused:
            await self._switch.set_caller(call, TEAMLINE_END="")
            raise
        log.info("caller_withdrawn", call=call, team=place.team)
        return place

    def _remember(self, call: str, credit: int) -> None:
        here = self._model.visits.keys() | self._model.between.keys()
        self._raised = {known: each for known, each in self._raised.items() if known in here} | {call: credit}

    def _as_raised(self, place: Place) -> Place:
        credit = max(place.credit, self._raised.get(place.call, 0))
        return place if credit == place.credit else replace(place, credit=credit)

    def _movable(self, call: str) -> Place:
        place = self.place(call)
        if call not in self._model.visits or any(ring.place.call == call for ring in self._model.rings.values()):
            raise BeingRung
        return place


def _seconds(told: str, otherwise: int) -> int:
    """A number as a channel variable holds it; `otherwise` for what is none."""
    return int(told) if told.isascii() and told.isdecimal() and len(told) <= _MOST_DIGITS else otherwise


def _by_line(place: Place) -> tuple[str, int]:
    return place.team, place.virtual_arrival
