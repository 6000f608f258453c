"""Contacts: the centre's books. A call counts once, however many teams' lines it stood in.

A contact belongs to its first join. It is answered by the first team that answers; before that, it waits while it
stands in a line, and else what its last stay became is what became of it. Its hold time is the sum of its stays'
hold times up to there, None as soon as one of them is not known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from facts.call import CallEnded
from facts.kinds import Fact
from metrics.stays import FlowReason, Outcome, StayOpened, Turn


@dataclass(frozen=True, slots=True)
class Contact:
    """A call over all its stays. `team` and `visit` are where it stands or stood last; that team's target counts.

    `joined_at` in Unix seconds; `outcome` None while it waits; `hold_seconds` None where nobody knows.
    """

    joined_at: float
    team: str
    outcome: Outcome | None = None
    hold_seconds: float | None = 0.0
    reason: FlowReason | None = None
    visit: int = 0
    kiosk: str = ""
    """The kiosk that called; `site` is then its own."""
    site: str = ""


class Contacts:
    """Turns of stays in, contacts out when their call has ended."""

    def __init__(self) -> None:
        self._living: dict[str, Contact] = {}
        self.living: Mapping[str, Contact] = MappingProxyType(self._living)
        """Call -> its contact, from the first join to the end of the call."""

    def take(self, turn: Turn) -> None:
        """Take one turn in."""
        call, stay = turn.stay.place.call, turn.stay
        known = self._living.get(call)
        if known and known.outcome is Outcome.ANSWERED:
            return  # a transfer into another line asks nothing new of the centre
        if known and stay.place.visit < known.visit:
            self._living[call] = replace(known, hold_seconds=None)  # told late: how long it was there nobody knows
        elif isinstance(turn, StayOpened):
            again = known or Contact(stay.joined_at, stay.team, kiosk=stay.place.kiosk, site=stay.place.site)
            self._living[call] = replace(again, team=stay.team, outcome=None, reason=None, visit=stay.place.visit)
        elif known:
            spent, more = known.hold_seconds, turn.hold_seconds
            hold = None if spent is None or more is None else spent + more
            self._living[call] = replace(known, outcome=turn.outcome, hold_seconds=hold, reason=turn.reason)

    def ended(self, fact: Fact) -> Contact | None:
        """The contact that this fact ends, after its turns were taken."""
        return self._living.pop(fact.place.call, None) if isinstance(fact, CallEnded) else None

    def forget_before(self, moment: float) -> None:
        """Forget contacts that joined before this moment (Unix seconds): nobody told that their call ended."""
        for call in [call for call, contact in self._living.items() if contact.joined_at < moment]:
            del self._living[call]
