"""A place in line as the dialplan tells it, in TEAMLINE_PLACE, the event TeamlineJoins and queue_log alike.

The text is `visit:team:arrival:credit:rule:concern:language:kiosk`, each part of `[A-Za-z0-9_-]` or empty. It comes
through channels that a stranger's call may have touched: whatever is not as it should be counts as not told.
"""

import re

from facts.place import CALLBACK, Place
from operations.mailbox.entry_id import is_entry_id
from routing.centre import Centre

MAX_VISIT = 100_000
MAX_ARRIVAL = 2**31 - 1
MAX_CREDIT = 3600
_PARTS = 8
_MAX_TOLD = 1024  # bytes of a line of AMI; ours has about 100

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CALL = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_DIGITS = re.compile(r"[0-9]{1,10}")


def is_name(value: str) -> bool:
    """Whether this can be the id of a queue, team, member, rule: 1 to 64 of `[A-Za-z0-9_-]`."""
    return _NAME.fullmatch(value) is not None


def is_call(value: str) -> bool:
    """Whether this can be a Uniqueid: `[systemname-]seconds.count` (main/channel.c), or a ChannelId of our own."""
    return _CALL.fullmatch(value) is not None


def read_place(node: str, call: str, queue: str, told: str, centre: Centre, visit: int | None = None) -> Place:
    """The place that `told` describes; `node`, `call` (`is_call`) and `queue` (`is_name`) are known to be sound.

    `visit` is used where the text tells none. A team queue counts for its own team whatever the text says; a derived
    queue for the team told, else the first benefit team of its area; a queue that the centre has no more for the
    team told, else the general line. A call with the id of a callback is its placeholder where nothing is told; told
    otherwise, its citizen talks, and was sent on. Never raises for whatever stands in `told`.
    """
    parts = _parts(told)
    team = _team(queue, parts[1], centre)
    kiosk, area = centre.kiosks.get(parts[7]), centre.area_of_team.get(team)
    return Place(
        node=node,
        call=call,
        queue=queue,
        visit=_number(parts[0], MAX_VISIT) or visit or 1,
        team=team,
        arrival=_number(parts[2], MAX_ARRIVAL),
        credit=_number(parts[3], MAX_CREDIT),
        rule=CALLBACK if is_entry_id(call) and not any(parts) else _name(parts[4]),
        concern=_name(parts[5]),
        language=_name(parts[6]),
        site=kiosk.site if kiosk else area.site if area else "",
        kiosk=kiosk.id if kiosk else "",
    )


def told_visit(told: str) -> int:
    """The visit in the text of a place; 0 if it tells none."""
    return _number(_parts(told)[0], MAX_VISIT)


def _parts(told: str) -> list[str]:
    parts = told.split(":") if len(told) <= _MAX_TOLD else []
    return parts if len(parts) == _PARTS else [""] * _PARTS


def _number(part: str, most: int) -> int:
    """A whole number from 0 to `most`; 0 for anything else."""
    value = int(part) if _DIGITS.fullmatch(part) else 0
    return value if value <= most else 0


def _name(part: str) -> str:
    return part if is_name(part) else ""


def _team(queue: str, told: str, centre: Centre) -> str:
    if own := centre.team_of_queue.get(queue):
        return own.id
    if told in centre.teams:
        return told
    for area in centre.areas.values():
        if queue in (area.wide_queue, area.urgent_queue):
            return area.benefit[0]
    return centre.general_line
