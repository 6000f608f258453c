"""What a conversation may ask of callbacks and former places, and who keeps them known for the next call."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

import structlog

from facts.kinds import Fact
from ivr.ports import FormerPlace, MailboxAway
from operations.active import ActiveRouter, InForce
from operations.callbacks.changes import CallbackChanges
from operations.callbacks.former_places import FormerPlaces
from operations.callbacks.lost_places import HashedCustomers, KeptPlaces, LostPlace, LostPlaces
from operations.callbacks.open_callbacks import OpenCallbacks
from operations.mailbox import ports as mailbox_ports
from operations.mailbox.callback_wishes import CallbackWishes
from routing.callback import ImpossibleEvent
from routing.decision import Contact
from routing.wait_estimate import Expected
from web.room import Room

ANSWER_SECONDS = 0.2
"""A caller does not notice."""

log = structlog.get_logger()


class Callbacks(Protocol):
    """What is needed of `teamline.router.callbacks.CallbackFeature`."""

    @property
    def known(self) -> OpenCallbacks:
        """Those that somebody still counts on."""
        ...

    @property
    def changes(self) -> CallbackChanges:
        """What people may do to them."""
        ...

    def is_possible(self, team: str) -> bool:
        """Whether callbacks by this team may be offered."""
        ...


class RedialFeature:
    """`Feature`, and a fold of the live facts. `of` gives each call its `ivr.ports.Callbacks`."""

    rooms: Sequence[Room] = ()

    def __init__(
        self,
        callbacks: Callbacks,
        wishes: CallbackWishes,
        kept: KeptPlaces,
        secret: bytes,
        router: ActiveRouter,
        opens_by: Callable[[], datetime],
        expect: Callable[[str, int, str], Expected | None],
    ) -> None:
        """`opens_by`: the clock of the opening hours; `expect`: queue, virtual arrival, id of a call or callback."""

        def position(queue: str, virtual_arrival: int, callback: str) -> int | None:
            expected = expect(queue, virtual_arrival, callback)
            return expected.position if expected else None

        self.callbacks, self.wishes = callbacks, wishes
        self.lost = LostPlaces(kept, time.time)
        self.places = FormerPlaces(
            router, callbacks.known, self.lost, HashedCustomers(secret), time.time, opens_by, position
        )

    def fold(self, fact: Fact) -> None:
        """Follow what becomes of callers; a fault here is nobody else's."""
        try:
            self.lost.fold(fact)
        except Exception:
            log.exception("lost_place_not_noted")

    async def start(self) -> None:
        """There is nothing to begin."""

    async def stop(self) -> None:
        """End what is on its way to the store."""
        await self.lost.stop()

    def configured(self, now: InForce) -> None:
        """The centre is asked for each time."""

    def of(self, call: str) -> "CallCallbacks":
        """What this call may ask."""
        return CallCallbacks(call, self)

    def language(self, callback: str) -> str:
        """In which the citizen of this callback is spoken to; empty if nobody knows."""
        entry = self.callbacks.known.get(callback)
        return entry.language if entry else ""


class CallCallbacks:
    """`ivr.ports.Callbacks` of one call."""

    def __init__(self, call: str, feature: RedialFeature) -> None:
        self._call, self._feature = call, feature

    def is_possible(self, team: str) -> bool:
        """Whether this team's callers may be offered one just now."""
        return self._feature.callbacks.is_possible(team)

    async def former_place(self, contact: Contact) -> FormerPlace | None:
        """By customer number; None where nobody knows in time, and on any fault: the call goes on."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._feature.places.of(contact)
        except TimeoutError:
            return None
        except Exception:
            log.exception("former_place_not_found")
            return None

    async def cancel(self, place: FormerPlace) -> None:
        """Called off, now or as soon as that can be kept; settled meanwhile is no error. Raises MailboxAway."""
        with _as_conversations_know_it():
            await self._feature.callbacks.changes.withdraw(place.callback)

    async def change_number(self, place: FormerPlace, number: str) -> None:
        """It rings this number from now on. Raises MailboxAway."""
        phone = self._feature.wishes.phone(number)
        if phone is None:
            raise MailboxAway
        with _as_conversations_know_it():
            await self._feature.callbacks.changes.change_number(place.callback, phone)

    async def take_over(self, place: FormerPlace) -> None:
        """Nobody is called for this place any more. Raises MailboxAway."""
        await self.cancel(place)

    def about(self, contact: Contact) -> None:
        """Note whose call this is."""
        try:
            whose = self._feature.places.whose(contact)
        except Exception:
            log.exception("caller_not_noted")
            return
        if whose:
            self._feature.lost.about(self._call, whose)

    def broke_off(self, place: FormerPlace) -> None:
        """Hung up on the way into line with this place."""
        lost = LostPlace(place.team, place.concern.value, place.arrival, place.credit, time.time())
        self._feature.lost.broke_off(self._call, lost)


@contextmanager
def _as_conversations_know_it() -> Iterator[None]:
    """What cannot be changed just now is away for a conversation."""
    try:
        yield
    except (
        mailbox_ports.MailboxAway,
        mailbox_ports.TakenAlready,
        mailbox_ports.NoSuchEntry,
        ImpossibleEvent,
    ) as error:
        raise MailboxAway from error
