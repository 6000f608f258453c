"""A house without a mailbox: callers are told that nothing can be kept, and go on."""

from ivr.line import Line
from ivr.ports import MailboxAway
from routing.decision import Contact


class NoMailbox:
    """Keeps nothing, and says so."""

    def about(self, contact: Contact) -> None:
        """Nobody will read it."""

    async def begin(self, team: str, line: Line) -> str:
        """Never."""
        raise MailboxAway(team, line.language)

    async def finish(self, name: str) -> float:
        """Never."""
        raise MailboxAway(name)

    async def keep(self, name: str, team: str, line: Line) -> None:
        """Never."""
        raise MailboxAway(name, team, line.language)

    async def drop(self, name: str) -> None:
        """There is none."""

    def may_call(self, number: str) -> bool:
        """Nobody calls back."""
        return number is None

    async def ask_callback(self, number: str, team: str, line: Line) -> None:
        """Never."""
        raise MailboxAway(team, line.language, bool(number))

