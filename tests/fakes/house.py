"""A house around a conversation: real decisions, a mailbox in memory, announcements by list."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ivr.house import House
from ivr.line import Line
from ivr.ports import Attempts, Callbacks, CallbackWish, FormerPlace, MailboxAway, Router, Waits, Within
from routing.decision import Contact
from routing.spoken import Spoken
from tests.fakes.router import CountedAttempts, SmallRouter, all_the_time
from tests.fakes.waits import ScriptedWaits


@dataclass
class MemoryMailbox:
    """Keeps what is recorded and asked for; `seconds` of speech are in every recording; away when `is_away`."""

    seconds: float = 4.0
    is_away: bool = False
    callable_numbers: Sequence[str] = ("0211555",)
    contact: Contact | None = None
    begun: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)
    """Name and team."""
    dropped: list[str] = field(default_factory=list)
    callbacks: list[tuple[str, str, int]] = field(default_factory=list)
    """Number (or the kiosk), team, arrival."""
    wishes: list[CallbackWish] = field(default_factory=list)

    def about(self, contact: Contact) -> None:
        self.contact = contact

    async def begin(self, team: str, line: Line) -> str:
        assert team
        assert line.language
        self._answer()
        self.begun += 1
        return f"recording-{self.begun}"

    async def finish(self, name: str) -> float:
        assert name
        self._answer()
        return self.seconds

    async def keep(self, name: str, team: str, line: Line) -> None:
        assert line.arrival
        self._answer()
        self.kept.append((name, team))

    async def drop(self, name: str) -> None:
        self.dropped.append(name)

    def may_call(self, number: str) -> bool:
        return number in self.callable_numbers

    async def ask_callback(self, wish: CallbackWish, line: Line) -> None:
        self._answer()
        self.wishes.append(wish)
        self.callbacks.append((wish.number or wish.kiosk, wish.team, wish.arrival or line.arrival))

    def _answer(self) -> None:
        if self.is_away:
            raise MailboxAway


@dataclass
class NoCallbacks:
    """Callbacks as a test wants them: `former` is who is known; `done` what was asked."""

    former: FormerPlace | None = None
    is_away: bool = False
    teams: Sequence[str] | None = None
    """By these callbacks are possible; None: by all."""
    contact: Contact | None = None
    done: list[tuple[str, ...]] = field(default_factory=list)

    def is_possible(self, team: str) -> bool:
        return self.teams is None or team in self.teams

    async def former_place(self, contact: Contact) -> FormerPlace | None:
        return self.former if contact.number else None

    async def cancel(self, place: FormerPlace) -> None:
        self._do("cancel", place.callback)

    async def change_number(self, place: FormerPlace, number: str) -> None:
        self._do("change", place.callback, number)

    async def take_over(self, place: FormerPlace) -> None:
        self._do("take over", place.callback)

    def about(self, contact: Contact) -> None:
        self.contact = contact

    def broke_off(self, place: FormerPlace) -> None:
        self.done.append(("broke off", place.callback))

    def _do(self, *what: str) -> None:
        if self.is_away:
            raise MailboxAway
        self.done.append(what)


@dataclass
class ListedNotices:
    """Announcements: team (None: everybody) -> phrases."""

    listed: dict[str | None, Sequence[Spoken]] = field(default_factory=dict)

    def now(self, team: str | None, language: str) -> Sequence[Spoken]:
        assert language
        return self.listed.get(team, ())


def house(
    router: Router | None = None,
    *,
    attempts: Attempts | None = None,
    within: Within = all_the_time,
    waits: Waits | None = None,
    mailbox: MemoryMailbox | None = None,
    notices: ListedNotices | None = None,
    callbacks: Callbacks | None = None,
) -> House:
    """Everything at hand unless a test brings its own."""
    return House(
        router or SmallRouter(),
        attempts or CountedAttempts(),
        within,
        waits or ScriptedWaits(),
        mailbox or MemoryMailbox(),
        notices or ListedNotices(),
        callbacks or NoCallbacks(),
    )
