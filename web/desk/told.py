"""What a desk's stream tells, as JSON: the own phone with its caller, and the team's line."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from operations.desk.caller import OnPhone
from operations.desk.phone import PhoneNow
from operations.desk.team_line import Stands
from routing.centre import Centre


@dataclass(frozen=True, slots=True)
class Moment:
    """Instants in Unix seconds. `is_stale`: Asterisk is not heard, what is told is that of `as_of`."""

    now: float
    is_stale: bool
    as_of: float

    def told(self) -> dict[str, Any]:
        """What every event begins with."""
        return {"now": round(self.now, 1), "as_of": round(self.as_of, 1), "stale": self.is_stale}


def event(name: str, told: dict[str, Any]) -> str:
    """One event of a stream (WHATWG HTML, server-sent events); JSON has no line end of its own."""
    return f"event: {name}\ndata: {_json(told)}\n\n"


def phone_told(phone: PhoneNow, moment: Moment, centre: Centre) -> dict[str, Any]:
    """The own phone. With customer and phone number: for the member's own desk alone."""
    member = centre.members.get(phone.member)
    return moment.told() | {
        "member": phone.member,
        "name": member.name if member else phone.member,
        "state": phone.state,
        "reason": phone.reason,
        "until": phone.until,
        "extended": phone.is_extended,
        "phase": phone.phase.value if phone.phase else None,
        "caller": caller_told(phone.caller, centre) if phone.caller else None,
        "last": [caller_told(each, centre) for each in phone.last],
    }


def caller_told(caller: OnPhone, centre: Centre) -> dict[str, Any]:
    """One caller; what nobody knows is empty."""
    place = caller.place
    team = centre.teams.get(place.team)
    return {
        "call": place.call,
        "concern": place.concern,
        "language": place.language,
        "team": place.team,
        "team_name": team.name if team else place.team,
        "number": caller.whose.number,
        "phone": caller.whose.phone,
        "area": caller.whose.area,
        "waited_seconds": round(caller.waited_seconds, 1),
        "rang_at": caller.rang_at,
        "answered_at": caller.answered_at,
        "ended_at": caller.ended_at,
        "marks": [mark.value for mark in caller.marks],
    }


@dataclass(frozen=True)
class ToldLine:
    """A team's line in the order of service, written as JSON once for all of its desks."""

    line: tuple[Stands, ...]

    @cached_property
    def rows(self) -> str:
        """A list of everybody in it."""
        return _json([_stands(each) for each in self.line])

    def event(self, moment: Moment) -> str:
        """The event `line`, with when it is told."""
        return f'event: line\ndata: {_json(moment.told())[:-1]},"line":{self.rows}}}\n\n'


def _stands(each: Stands) -> dict[str, Any]:
    return {
        "call": each.call,
        "place": each.place,
        "since": each.since,
        "concern": each.concern,
        "language": each.language,
        "callback": each.is_callback,
        "ringing": each.is_rung,
        "number": each.number,
    }


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=True, separators=(",", ":"))
