"""Messages, teams, close now, the waiting line, callback page: the feature around the web's rooms."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from operations.active import ActiveRouter, InForce
from operations.audit import Notes
from operations.callbacks.appointments import Appointments
from operations.callbacks.at_risk import AppointmentWatch
from operations.callbacks.call_off import CallsOff
from operations.callbacks.changes import CallbackChanges
from operations.closings import Closings
from operations.line_actions import CallerSwitch, LineActions
from operations.mailbox.callback_requests import CallbackRequests
from operations.mailbox.ports import MailboxAway
from routing.centre import Centre
from teamline.router.front_door import FrontDoor
from teamline.router.live import Live
from teamline.router.mailbox import TeamMailbox
from teamline.settings import Settings
from web.callback_page import callback_page
from web.callback_told import CallbackLook
from web.callbacks import callbacks
from web.closing import closing
from web.desk.parts import DeskCallbacks
from web.files import page_files
from web.messages import messages
from web.room import Room
from web.teams import TeamLook, teams
from web.waiting import waiting

WATCH_SECONDS = 60.0
"""So often appointments are looked at that cannot be kept."""

log = structlog.get_logger()


class DeskApi:
    """`Feature`. `closings` is the one that `operations.configuration.Follower` was given."""

    def __init__(
        self,
        settings: Settings,
        front: FrontDoor,
        router: ActiveRouter,
        live: Live,
        switch: CallerSwitch,
        kept: TeamMailbox,
        closings: Closings,
        clock: Callable[[], datetime],
        *,
        notes: Notes,
    ) -> None:
        self._closings = closings
        self._tasks: list[asyncio.Task[None]] = []

        def centre() -> Centre:
            return router.centre

        mailbox, door, self.line = kept.mailbox, front.door, LineActions(switch, live.model)
        self.appointments = Appointments(mailbox, kept.wishes, router, time.time, clock)
        """Also for whoever else makes callbacks: they take turns here."""
        self.call_off = CallsOff(mailbox, CallbackChanges(mailbox, time.time))
        self._watch = AppointmentWatch(mailbox, centre, time.time, clock)
        shown = self._callback_look(kept, centre)
        self.desk_callbacks = DeskCallbacks(shown, self.appointments, self.call_off)
        self.mailbox = mailbox
        look = TeamLook(centre, clock, live.look, closings, self.line, time.time)
        self._rooms: list[Room] = [
            messages(mailbox, centre, door, notes),
            callbacks(shown, self.appointments, self.call_off, door, notes),
            closing(closings, centre, door, notes),
            teams(look, door),
            waiting(self.line, centre, door, notes),
            page_files(),
        ]
        if settings.callback_page:
            requests = CallbackRequests(mailbox, kept.wishes, router, time.time)
            self._rooms.append(callback_page(requests, centre))

    @property
    def rooms(self) -> Sequence[Room]:
        """API and pages."""
        return self._rooms

    async def start(self) -> None:
        """Follow what is closed; until the store has told, what was closed last is."""
        await self._closings.look()
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._closings.follow()), loop.create_task(self._watch_appointments())]

    async def stop(self) -> None:
        """End following."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def configured(self, now: InForce) -> None:  # noqa: ARG002 - Feature's signature; the router knows it already
        """What is closed is closed in the new version, too."""
        self._closings.apply()

    def _callback_look(self, kept: TeamMailbox, centre: Callable[[], Centre]) -> CallbackLook:
        return CallbackLook(
            kept.mailbox,
            centre,
            self._watch.risks,
            lambda: self.appointments.ahead,
            self.line.places,
        )

    async def _watch_appointments(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                await self._watch.look()
            except MailboxAway:
                continue  # the mailbox itself tells that it is away
            except Exception:
                log.exception("appointments_not_watched")
