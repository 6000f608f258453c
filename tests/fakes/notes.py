"""Where those who act write it down, for a test to read; and a record of deeds in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from operations.audit import Asked, AuditAway, AuditEntry, AuditPage, Deed


class Noted:
    """`Notes`: what was noted, in order."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    def note(self, who: str, role: str, deed: Deed, *, team: str = "", about: str = "", **told: str) -> None:
        self.entries.append(AuditEntry(0.0, who, role, deed, team, about, MappingProxyType(dict(told))))

    @property
    def deeds(self) -> list[tuple[str, Deed, str, str]]:
        """Who, what, team, about."""
        return [(each.who, each.deed, each.team, each.about) for each in self.entries]


@dataclass
class MemoryAudit:
    """`KeptAudit` in memory."""

    entries: list[AuditEntry] = field(default_factory=list)
    is_away: bool = False

    async def add(self, entry: AuditEntry) -> None:
        self._answer()
        if entry not in [replace(each, id="") for each in self.entries]:
            self.entries.append(replace(entry, id=f"{1000 + len(self.entries)}-0"))

    async def listed(self, asked: Asked, most: int, before: str = "") -> AuditPage:
        self._answer()
        found: Sequence[AuditEntry] = [
            each for each in reversed(self.entries) if asked.fits(each) and (not before or each.id < before)
        ]
        return AuditPage(found[:most], found[most - 1].id if len(found) > most else "")

    def _answer(self) -> None:
        if self.is_away:
            raise AuditAway("away")
