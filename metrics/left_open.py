"""How many things are open in teams' mailboxes, by kind.

A message is open until somebody claims it. A callback is open until it is over: a citizen waits for it, whether
Teamline dials, somebody of the team has taken it, or it lies on the desk as a task.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from facts.contact import LeftKind, LeftState


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


def is_open(what: LeftKind, state: LeftState) -> bool:
    """Whether something in a mailbox still counts."""
    return state is LeftState.OPEN or (what is LeftKind.CALLBACK and state is LeftState.CLAIMED)


def left_open(things: Iterable[tuple[str, LeftKind]]) -> Mapping[str, LeftOpen]:
    """Team -> its counts, of each open thing's team and kind; teams without any are missing."""
    teams: dict[str, Counter[str]] = {}
    for team, what in things:
        teams.setdefault(team, Counter())[what.value] += 1
    return {team: LeftOpen(**kinds) for team, kinds in teams.items()}
