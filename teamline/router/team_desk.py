"""The team desk: page, forms and stream, and what they know of callers on members' phones."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from facts.place import Place
from operations.active import ActiveRouter, InForce
from operations.audit import Notes
from operations.callbacks.open_callbacks import OpenCallbacks
from operations.desk.caller import Whose
from operations.desk.caller_phones import CallerPhones
from operations.desk.calls_on_phones import CallsOnPhones
from operations.desk.phone import PhoneLook
from operations.desk.team_line import TeamLine
from operations.member_changes import MemberChanges
from operations.members import MemberDesk
from routing.centre import Centre
from teamline.router.call_mailbox import Callers
from teamline.router.desk_api import DeskApi
from teamline.router.live import Live
from telephony.ami.switch import AmiSwitch
from web.desk.page import desk_page
from web.desk.parts import DeskParts, DeskPhones
from web.desk.stream import DeskStreams, desk_stream
from web.desk.told import Moment
from web.room import Room
from web.who import Door

CALLER = "TEAMLINE_CALLER"
"""The channel variable that has the caller's number, and nothing else has it (`docs/decisions/callers-number.md`)."""


class Callees:
    """Who a caller is: by what they have keyed, or by their callback. In memory alone, and gone with the call."""

    def __init__(self, router: ActiveRouter, callers: Callers, callbacks: Callable[[], OpenCallbacks]) -> None:
        self._router, self._callers, self._callbacks = router, callers, callbacks

    def __call__(self, place: Place) -> Whose:
        """Empty for whoever gave no number, or gave it to a router that was here before."""
        if place.is_placeholder:
            entry = self._callbacks().get(place.call)
            return Whose(entry.number, entry.phone, self._area(entry.number)) if entry else Whose()
        number = self._callers.of(place.call).number
        return Whose(number, area=self._area(number))

    def _area(self, written: str) -> str:
        """The household's, if everybody whom the number fits lives in one."""
        number = self._router.numbers.written(written) if written else None
        areas = {match.assignment.area for match in self._router.find(number)} if number else set()
        area = self._router.centre.areas.get(areas.pop()) if len(areas) == 1 else None
        return area.name if area else ""


@dataclass(frozen=True, slots=True)
class DeskBasis:
    """What the team desk stands on. `callbacks`: those that somebody still counts on."""

    desk_api: DeskApi
    door: Door
    router: ActiveRouter
    live: Live
    switch: AmiSwitch
    members: MemberDesk
    changes: MemberChanges
    callers: Callers
    callbacks: Callable[[], OpenCallbacks]
    notes: Notes


class TeamDeskFeature:
    """`Feature`."""

    def __init__(self, basis: DeskBasis) -> None:
        self._basis = basis
        calls = CallsOnPhones(basis.live.model, Callees(basis.router, basis.callers, basis.callbacks), time.time)
        basis.live.stream.also(calls)
        parts = DeskParts(
            basis.desk_api.mailbox,
            self._centre,
            basis.door,
            basis.desk_api.desk_callbacks,
            self._phones(calls),
            basis.notes,
        )
        self._streams = DeskStreams(parts)
        self._rooms: list[Room] = [desk_page(parts), desk_stream(parts, self._streams)]

    def _phones(self, calls: CallsOnPhones) -> DeskPhones:
        basis = self._basis
        return DeskPhones(
            PhoneLook(basis.live.model, calls, self._centre),
            calls,
            CallerPhones(calls, self._number),
            TeamLine(basis.live.model, basis.desk_api.line.number),
            basis.changes,
            basis.members,
            basis.notes,
            self._moment,
        )

    async def _number(self, call: str) -> str:
        return await self._basis.switch.caller_variable(call, CALLER)

    def _moment(self) -> Moment:
        live, now = self._basis.live, time.time()
        return Moment(now, live.is_stale, now - (live.age_seconds or 0.0))

    def _centre(self) -> Centre:
        return self._basis.router.centre

    @property
    def rooms(self) -> Sequence[Room]:
        """The pages, and the stream."""
        return self._rooms

    def let_go(self) -> None:
        """The router ends: every stream is over."""
        self._streams.let_go()

    async def start(self) -> None:
        """There is nothing to begin: desks are looked at while they are open."""

    async def stop(self) -> None:
        """No question is left."""
        self._streams.let_go()
        await self._streams.stop()

    def configured(self, now: InForce) -> None:
        """The centre is asked for each time."""
