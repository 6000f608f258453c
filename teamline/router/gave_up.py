"""Who gave up today: the feature around `operations.gave_up`."""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from operations.active import ActiveRouter, InForce
from operations.audit import Notes
from operations.callbacks.appointments import Appointments
from operations.callbacks.call_off import CallsOff
from operations.customer_records.fits import lacks_letter
from operations.gave_up.calling_back import CallingBack
from operations.gave_up.following import GaveUpCalls, Sources
from operations.gave_up.keeping import GaveUpToday
from operations.gave_up.row import KeptGaveUp
from operations.mailbox.ports import Entry
from teamline.router.live import Live
from teamline.router.mailbox import TeamMailbox
from telephony.ami.switch import AmiSwitch
from web.callback_told import CallbackLook
from web.gave_up import GaveUpRooms, gave_up
from web.room import Room
from web.who import Door

_NUMBER = re.compile(r"\+?[0-9]{3,20}")


@dataclass(frozen=True, slots=True)
class GaveUpBasis:
    """What it stands on. `promised`: callbacks that somebody counts on."""

    kept: KeptGaveUp
    router: ActiveRouter
    live: Live
    switch: AmiSwitch
    mailbox: TeamMailbox
    appointments: Appointments
    call_off: CallsOff
    promised: Callable[[], Iterable[Entry]]
    look: CallbackLook
    door: Door
    notes: Notes


class GaveUpFeature:
    """`Feature`; made after whoever else wants to be told what is settled."""

    def __init__(self, basis: GaveUpBasis) -> None:
        self._basis = basis
        router, mailbox = basis.router, basis.mailbox
        self.today = GaveUpToday(basis.kept, self._customer, lambda: router.centre.timezone, time.time)
        sources = Sources(
            self._phone, lambda call: mailbox.callers.of(call).number, self._short_seconds, basis.promised
        )
        self._calls = GaveUpCalls(self.today.people, sources)
        self.today.look_also = lambda: self._calls.waiting(
            visit.place.call for visit in basis.live.model.in_line if not visit.place.is_placeholder
        )
        basis.live.stream.also(self._calls)
        mailbox.mailbox.moved.append(self._calls.entry_moved)
        mailbox.settled = _both(mailbox.settled, self._calls.settled)
        calling = CallingBack(
            self.today.people,
            basis.appointments,
            lambda: router.numbers,
            lambda: router.centre.languages,
            time.monotonic,
        )
        rooms = GaveUpRooms(
            self.today.people, calling, basis.call_off, basis.look, lambda: router.centre, mailbox.wishes.may_call
        )
        self._rooms: list[Room] = [gave_up(rooms, basis.door, basis.notes)]

    @property
    def rooms(self) -> Sequence[Room]:
        """The API."""
        return self._rooms

    async def start(self) -> None:
        """Read who was listed, and follow."""
        await self.today.start()

    async def stop(self) -> None:
        """Bring what is on its way into the store."""
        await self._calls.stop()
        await self.today.stop()

    def configured(self, now: InForce) -> None:
        """The centre is asked for each time."""

    async def _phone(self, call: str) -> str:
        """E.164 where the centre calls it back, so that it is known again; else as the network told it."""
        told = await self._basis.switch.caller_variable(call, "TEAMLINE_CALLER")
        if not _NUMBER.fullmatch(told):
            return ""
        return self._basis.mailbox.wishes.phone(told) or told

    def _short_seconds(self, team: str) -> float:
        found = self._basis.router.centre.teams.get(team)
        return found.short_abandon_seconds if found else 0.0

    def _customer(self, written: str) -> object | None:
        """Whose number it is; None where several customers may be meant."""
        number = self._basis.router.numbers.written(written)
        if number is None or lacks_letter(number, self._basis.router.numbers):
            return None
        return number.kind, number.canonical, number.letter


def _both(first: Callable[[str], object], second: Callable[[str], object]) -> Callable[[str], None]:
    """Tells both."""

    def tell(call: str) -> None:
        first(call)
        second(call)

    return tell
