"""People who gave up as tests need them, and a store of them in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from facts.call import CallerJoined, CallerLeft, LeftBy
from facts.place import Place
from operations.gave_up.row import GaveUp, GaveUpAway

AT = 1_767_600_000.0
"""2026-01-05, 09:00 in Berlin."""


def row(row_id: str = "g-1", **others: object) -> GaveUp:
    """Somebody without number who waited a minute for L01."""
    given = {"team": "L01", "at": AT, "waited_seconds": 60.0, "arrival": int(AT) - 60} | others
    return GaveUp(id=row_id, **given)  # type: ignore[arg-type]  # a test names fields of GaveUp


def place(call: str, team: str = "L01", **others: object) -> Place:
    """In the line of this team since a minute."""
    given = {"arrival": int(AT) - 60, "concern": "money", "language": "de"} | others
    return Place(node="n", call=call, queue=team, visit=1, team=team, **given)  # type: ignore[arg-type]  # likewise


def joined(where: Place) -> CallerJoined:
    """Stands in line."""
    return CallerJoined(at=AT - 60, place=where)


def left(where: Place, cause: LeftBy = LeftBy.ABANDONED, hold: float | None = 60.0, *, at: float = AT) -> CallerLeft:
    """No longer."""
    return CallerLeft(at=at, place=where, cause=cause, hold_seconds=hold)


@dataclass
class MemoryGaveUp:
    """`KeptGaveUp` in memory."""

    rows: dict[date, dict[str, GaveUp]] = field(default_factory=dict)
    versions: dict[date, int] = field(default_factory=dict)
    is_away: bool = False

    async def write(self, day: date, ends_at: float, put: Sequence[GaveUp], remove: Sequence[str]) -> int:
        assert ends_at > AT
        self._answer()
        rows = self.rows.setdefault(day, {})
        rows.update({each.id: each for each in put})
        for each in remove:
            rows.pop(each, None)
        return self.change(day)

    async def version(self, day: date) -> int:
        self._answer()
        return self.versions.get(day, 0)

    async def listed(self, day: date) -> Sequence[GaveUp]:
        self._answer()
        return list(self.rows.get(day, {}).values())

    def change(self, day: date) -> int:
        """Another has."""
        self.versions[day] = self.versions.get(day, 0) + 1
        return self.versions[day]

    def _answer(self) -> None:
        if self.is_away:
            raise GaveUpAway
