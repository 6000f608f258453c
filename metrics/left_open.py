"""How many things lie unclaimed in teams' mailboxes, by kind."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from facts.contact import LeftKind


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """Of one team."""

    voice: int = 0
    document: int = 0
    callback: int = 0

    @property
    def messages(self) -> int:
        """What the board calls messages: voice messages and documents."""
        return self.voice + self.document


def left_open(things: Iterable[tuple[str, LeftKind]]) -> Mapping[str, LeftOpen]:
    """Team -> its counts, of each open thing's team and kind; teams without any are missing."""
    teams: dict[str, Counter[str]] = {}
    for team, what in things:
        teams.setdefault(team, Counter())[what.value] += 1
    return {team: LeftOpen(**kinds) for team, kinds in teams.items()}
