"""One call's way into the team mailbox."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from facts.contact import LeftKind
from ivr.line import Line
from ivr.ports import CallbackWish, MailboxAway
from operations.active import ActiveRouter
from operations.mailbox import ports as mailbox_ports
from operations.mailbox.callback_wishes import CallbackWishes, NotCalledBack
from operations.mailbox.entry_id import new_id
from operations.mailbox.mailbox import Mailbox
from operations.mailbox.ports import Entry
from operations.mailbox.voice_folder import VoiceFolder
from operations.mailbox.written_number import written_number
from routing.decision import Contact

MOST_CALLERS = 5000


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier conversation of the same call has learned. Its `repr` has no number."""

    concern: str = ""
    number: str = ""

    def __repr__(self) -> str:
        return f"Known({self.concern!r})"


class Callers:
    """Who is on which line, for the conversations of a call after its first. Bounded: the oldest are forgotten."""

    def __init__(self, router: ActiveRouter, most: int = MOST_CALLERS) -> None:
        self._router, self._most = router, most
        self._known: OrderedDict[str, Known] = OrderedDict()

    def learn(self, call: str, contact: Contact) -> None:
        """Note who is on the line of this call."""
        matches = self._router.find(contact.number) if contact.number else ()
        self._known[call] = Known(contact.concern.value, written_number(contact, self._router.numbers, matches))
        self._known.move_to_end(call)
        while len(self._known) > self._most:
            self._known.popitem(last=False)

    def of(self, call: str) -> Known:
        """What is known of this call."""
        return self._known.get(call, Known())


@dataclass(frozen=True, slots=True)
class CallMailbox:
    """`ivr.ports.Mailbox` of one call. Nothing here asks the line but `begin`: it may have hung up since."""

    call: str
    callers: Callers
    voices: VoiceFolder
    mailbox: Mailbox
    wishes: CallbackWishes
    now: Callable[[], float]
    kept: Callable[[str], object] = str
    """Told the call that has left a message or a wish: it loses no place when it ends."""

    def about(self, contact: Contact) -> None:
        """Note who this is."""
        self.callers.learn(self.call, contact)

    async def begin(self, team: str, line: Line) -> str:
        """The name of a new recording, noted with who speaks, and for which team. Raises MailboxAway, CallEnded."""
        message = self._message(team, line, await line.caller())
        with _as_conversations_know_it():
            return await self.voices.begin(message)

    async def finish(self, name: str) -> float:
        """Seconds of speech that are left after trimming, 0.0 for none. Raises MailboxAway."""
        with _as_conversations_know_it(), self._left_behind_if_away(name):
            return await self.voices.finish(name)

    async def keep(self, name: str, team: str, line: Line) -> None:
        """Bring the recording into the team's mailbox; it would survive a power cut on return. Raises MailboxAway."""
        with _as_conversations_know_it(), self._left_behind_if_away(name):
            message = replace(await self.voices.noted(name), team=team, language=line.language)
            await self.mailbox.keep_file(self.voices.file(name), message)
        self.kept(self.call)
        await self.voices.drop(name)

    async def drop(self, name: str) -> None:
        """It is gone; never an error."""
        await self.voices.drop(name)

    def may_call(self, number: str) -> bool:
        """Whether the centre calls this number back."""
        return self.wishes.may_call(number)

    async def ask_callback(self, wish: CallbackWish, line: Line) -> None:
        """Note that the team is to call; it would survive a power cut on return. Raises MailboxAway."""
        known = self.callers.of(self.call)
        entry = replace(
            self.wishes.wish(wish.team, wish.arrival or line.arrival),
            concern=known.concern,
            number=known.number,
            language=line.language,
            credit=wish.credit,
        )
        with _as_conversations_know_it():
            if wish.number:
                await self.wishes.ask(wish.number, entry)
            else:
                await self.wishes.ask_at_kiosk(wish.kiosk, replace(entry, source=wish.kiosk))
        self.kept(self.call)

    @contextmanager
    def _left_behind_if_away(self, name: str) -> Iterator[None]:
        try:
            yield
        except mailbox_ports.MailboxAway:
            self.voices.let_go(name)
            raise

    def _message(self, team: str, line: Line, phone: str) -> Entry:
        known, now = self.callers.of(self.call), self.now()
        return Entry(
            id=new_id(now),
            what=LeftKind.VOICE,
            team=team,
            came_at=now,
            arrival=line.arrival or int(now),
            concern=known.concern,
            language=line.language,
            phone=phone,
            number=known.number,
            media_type="audio/wav",
        )


@contextmanager
def _as_conversations_know_it() -> Iterator[None]:
    """What cannot be kept, or may not, is away for a conversation."""
    try:
        yield
    except (mailbox_ports.MailboxAway, NotCalledBack) as error:
        raise MailboxAway from error
