"""A text view of the centre: who waits where, and what the members do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.console import Group
from rich.table import Table
from rich.text import Text

from routing.centre import Centre
from telephony.ami.reader import Frame

IDLE, IN_USE, UNAVAILABLE = "1", "2", {"4", "5"}
"""Device states as QueueMember tells them (include/asterisk/devicestate.h); a phone that takes one call only
is "busy" (3) while it rings, too."""


@dataclass(slots=True)
class QueueNow:
    """One queue as Asterisk tells it now."""

    waiting: int = 0
    longest_seconds: int = 0
    free: int = 0
    ringing: int = 0
    talking: int = 0
    paused: int = 0
    answered: int = 0
    abandoned: int = 0


def queues_now(frames: Sequence[Frame]) -> Mapping[str, QueueNow]:
    """QueueStatus as figures a queue."""
    found: dict[str, QueueNow] = {}
    for frame in frames:
        queue = found.setdefault(frame.get("Queue"), QueueNow())
        if frame.name == "QueueParams":
            queue.waiting = _number(frame.get("Calls"))
            queue.answered, queue.abandoned = _number(frame.get("Completed")), _number(frame.get("Abandoned"))
        elif frame.name == "QueueEntry":
            queue.longest_seconds = max(queue.longest_seconds, _number(frame.get("Wait")))
        elif frame.name == "QueueMember":
            _count(queue, frame)
    return found


def _count(queue: QueueNow, frame: Frame) -> None:
    status = frame.get("Status")
    if status in UNAVAILABLE:
        return
    if frame.get("Paused") == "1":
        queue.paused += 1
    elif status == IN_USE or frame.get("InCall") == "1":
        queue.talking += 1
    elif status == IDLE:
        queue.free += 1
    else:
        queue.ringing += 1


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def view(centre: Centre, now: Mapping[str, QueueNow], told: Sequence[str]) -> Group:
    """The whole screen: a table of teams by area, and how to dial in."""
    table = Table(title=f"{centre.name}: who waits where", expand=False)
    for heading in ("Area", "Queue", "Team"):
        table.add_column(heading)
    for heading in ("Waiting", "Longest", "Free", "Rings/busy", "Talking", "Paused", "Answered"):
        table.add_column(heading, justify="right")
    for area, queue, name in _rows(centre):
        figures = now.get(queue, QueueNow())
        if queue.endswith("-urgent") and not figures.waiting:
            continue
        waiting = Text(str(figures.waiting or "·"), style="bold red" if figures.waiting else "dim")
        longest = f"{figures.longest_seconds // 60}:{figures.longest_seconds % 60:02d}" if figures.waiting else ""
        counts = (figures.free, figures.ringing, figures.talking, figures.paused, figures.answered)
        table.add_row(area, queue, name, waiting, longest, *(str(count or "·") for count in counts))
    return Group(table, Text("\n".join(told)))


def _rows(centre: Centre) -> list[tuple[str, str, str]]:
    rows = []
    for area in centre.areas.values():
        rows += [(area.name, centre.teams[team].queue, centre.teams[team].name) for team in area.teams]
        rows.append((area.name, area.urgent_queue, "Emergency"))
    general = centre.teams[centre.general_line]
    rows.append(("", general.queue, general.name))
    return rows
