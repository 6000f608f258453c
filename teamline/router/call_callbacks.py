"""One call's way to the callbacks: what it may ask of them."""

from dataclasses import dataclass

from ivr.ports import FormerPlace
from routing.decision import Contact
from telephony.agi.line import AgiLine


@dataclass(frozen=True, slots=True)
class CallCallbacks:
    """`ivr.ports.Callbacks` of one call."""

    call: str

    def is_possible(self, team: str) -> bool:
        """Whether this team's callers may be offered one."""
        return bool(team)

    async def former_place(self, contact: Contact) -> FormerPlace | None:
        """Nobody has one yet."""

    async def cancel(self, place: FormerPlace) -> None:
        """Nothing to cancel."""

    async def change_number(self, place: FormerPlace, number: str) -> None:
        """Nothing to change."""

    async def take_over(self, place: FormerPlace) -> None:
        """Nothing to take over."""

    def about(self, contact: Contact) -> None:
        """Nothing is kept."""


def of(line: AgiLine) -> CallCallbacks:
    """What this call may ask."""
    return CallCallbacks(line.call_id)
