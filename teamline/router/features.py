"""Every feature of a router, built in the order in which they begin: who needs another comes after it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from facts.kinds import Fact
from operations.active import ActiveRouter
from operations.audit import Notes
from operations.closings import Closings
from operations.documents.kiosk_scans import KioskScans
from operations.members import MemberDesk
from operations.sign_in.accounts import Right
from teamline.router.administration import Administration
from teamline.router.audit import AuditFeature
from teamline.router.board import BoardFeature
from teamline.router.call_callbacks import RedialFeature
from teamline.router.callbacks import CallbackFeature
from teamline.router.desk_api import DeskApi
from teamline.router.documents import DocumentFeature
from teamline.router.explaining import ExplainFeature
from teamline.router.feature import Feature
from teamline.router.front_door import FrontDoor
from teamline.router.gave_up import GaveUpBasis, GaveUpFeature
from teamline.router.kiosks import KioskFeature
from teamline.router.live import Live
from teamline.router.live_stream import LiveStreamFeature
from teamline.router.mail import MailFeature
from teamline.router.mailbox import TeamMailbox
from teamline.router.member_care import MemberCare
from teamline.router.members import MembersFeature
from teamline.router.notices import RouterNotices
from teamline.router.reports import ReportFeature
from teamline.router.sounds import BuiltSounds
from teamline.router.team_desk import DeskBasis, TeamDeskFeature
from teamline.router.wallboard import WallboardFeature
from teamline.settings import Settings
from teamline.stored import Stored
from telephony.ami.connection import AmiConnection
from telephony.ami.switch import AmiSwitch
from web.looking import Looking


@dataclass(frozen=True, slots=True)
class Parts:
    """What features are built of. `clock` rules the opening hours."""

    settings: Settings
    stored: Stored
    secret: bytes
    router: ActiveRouter
    live: Live
    ami: AmiConnection
    switch: AmiSwitch
    desk: MemberDesk
    sounds: BuiltSounds
    closings: Closings
    clock: Callable[[], datetime]


class Features:
    """All of them. `all`: each begins after those before it, and ends before them."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        settings, stored, live, router, clock = parts.settings, parts.stored, parts.live, parts.router, parts.clock
        self.notices = RouterNotices(settings, parts.sounds, lambda: router.centre, clock)
        care = MemberCare(parts.desk, live, lambda: router.centre, clock, parts.ami.on_event)
        self.mailbox = TeamMailbox(settings, stored.mailbox, parts.secret, router, clock, self._tell)
        live.left = lambda: self.mailbox.known.counts
        audit = AuditFeature(stored.audit)
        self.audit: Notes = audit.log
        self.front = FrontDoor(stored.accounts, settings, lambda: router.centre, self.audit)
        audit.show(lambda: router.centre, self.front.door)
        public = urlsplit(settings.public_url or "").hostname
        self.looking = Looking(self.front.door, settings.wallboard_from, [public] if public else [])
        self.live_stream = LiveStreamFeature(live, self.looking, lambda: router.centre, settings.streams)
        self.desk_api = DeskApi(
            settings, self.front, router, live, parts.switch, self.mailbox, parts.closings, clock, notes=self.audit
        )
        mail = MailFeature(settings, stored.outbox, self.mailbox.mailbox, lambda: router.centre)
        live.also_wrong = lambda: (*mail.troubles(), *self.callbacks.troubles(), *self.kiosks.troubles())
        self.callbacks = self._callbacks()
        self.scans = KioskScans(time.monotonic)
        self.kiosks = self._kiosks()
        self.redial = self._redial()
        self.reports = ReportFeature(settings, live, lambda: router.centre, self.front.door)
        self.members = MembersFeature(parts.desk, live, lambda: router.centre, self.front.door, self.audit)
        self.team_desk = self._team_desk()
        self.administration = Administration(settings, stored, self.front.door, router, live, parts.switch, self.audit)
        self.all: list[Feature] = [audit, self.front, self.notices, care, self.mailbox, mail, *self._others()]

    def _others(self) -> list[Feature]:
        parts, router, door = self._parts, self._parts.router, self.front.door
        return [
            self._documents(),
            self.desk_api,
            BoardFeature(router, parts.live, parts.closings, self.front, parts.clock),
            WallboardFeature(lambda: router.centre, self.looking, door),
            self.callbacks,
            self.redial,
            self.kiosks,
            self.reports,
            self.members,
            self.team_desk,
            self._gave_up(),
            self.live_stream,
            self.administration,
            ExplainFeature(router, door, parts.clock),
        ]

    def let_go(self) -> None:
        """Answers that go on, or wait for news, end now: the server is to stop."""
        self.kiosks.let_go()
        self.team_desk.let_go()
        self.live_stream.let_go()

    def _callbacks(self) -> CallbackFeature:
        parts = self._parts
        return CallbackFeature(
            parts.ami,
            self.mailbox.mailbox,
            parts.stored.callback_stop,
            parts.router,
            parts.clock,
            self._tell,
            has_trunk=parts.settings.trunk is not None,
        )

    def _team_desk(self) -> TeamDeskFeature:
        parts = self._parts
        return TeamDeskFeature(
            DeskBasis(
                self.desk_api,
                self.front.door,
                parts.router,
                parts.live,
                parts.switch,
                parts.desk,
                self.members.changes,
                self.mailbox.callers,
                lambda: self.callbacks.known,
                self.audit,
            )
        )

    def _documents(self) -> DocumentFeature:
        parts = self._parts
        return DocumentFeature(
            parts.settings,
            self.mailbox.mailbox,
            lambda: parts.router.in_force,
            self.scans,
            parts.stored.cards,
            parts.live.look,
            self.front.door.may(Right.ADD_DOCUMENTS),
            self._tell,
        )

    def _kiosks(self) -> KioskFeature:
        parts = self._parts
        return KioskFeature(
            parts.router,
            self.scans,
            parts.stored.cards,
            self.mailbox.wishes,
            parts.ami,
            look=parts.live.look,
            door=self.front.door,
            clock=parts.clock,
            open_callbacks=self.callbacks.known,
            place_of=self.desk_api.line.place_of,
            is_stopped=lambda: self.callbacks.kill_switch.stopped is not None,
            notes=self.audit,
        )

    def _redial(self) -> RedialFeature:
        parts = self._parts
        redial = RedialFeature(
            self.callbacks,
            self.mailbox.wishes,
            parts.stored.lost_places,
            parts.secret,
            parts.router,
            parts.clock,
            parts.live.waits.expect,
        )
        parts.live.stream.also(redial)
        self.mailbox.settled = redial.lost.settled
        return redial

    def _gave_up(self) -> GaveUpFeature:
        parts = self._parts
        basis = GaveUpBasis(
            parts.stored.gave_up,
            parts.router,
            parts.live,
            parts.switch,
            self.mailbox,
            self.desk_api.appointments,
            self.desk_api.call_off,
            lambda: self.callbacks.known,
            self.desk_api.desk_callbacks.look,
            self.front.door,
            self.audit,
        )
        return GaveUpFeature(basis)

    def _tell(self, fact: Fact) -> None:
        self._parts.live.stream.take([fact])
