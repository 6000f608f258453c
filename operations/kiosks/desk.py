"""A kiosk's desk: who has scanned there, what they are offered, and their call.

Theory of operation. A kiosk knows one scan, the last, and every scan begins by forgetting the one before, even if its
code is refused or its card cannot be looked up: whoever stands there now is somebody else. The id of a scan is new
each time, and what is asked for by an earlier one is refused. A call that we begin for a scan belongs to it by the id
of its channel until it is lifted, or they leave: whoever lifts after the next scan is who has scanned. So two persons
never mix.
"""

import asyncio
import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from metrics.board import Trouble
from operations.documents.kiosk_scans import KioskScans, Scan
from operations.kiosks.codes import ReadsCards, read_code
from operations.kiosks.faults import SENTENCES, KioskRefused, Why
from operations.kiosks.now import CallNow, Figures, KioskNow, Offers, ScanNow, State, Target, TroubleNow
from operations.kiosks.placing import HomeTeams
from operations.kiosks.ports import KioskPhones, PhoneState
from operations.kiosks.promises import Promises
from operations.kiosks.reports import Report, Reports
from operations.kiosks.versions import Versions
from operations.kiosks.watch import PhoneWatch
from operations.mailbox.callback_requests import Decides
from operations.ports import SwitchAway, SwitchRefused
from operations.sign_in.throttle import Throttle
from routing.centre import Team
from routing.decision import Contact
from routing.number import TypedNumber
from routing.rules import Concern, ContactKind

MOST_A_MINUTE = 10
MOST_AN_HOUR = 60
BAD_IN_A_ROW = 5

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Clocks:
    """`now`: Unix seconds; `ticks`: seconds that never jump; `opens_by` (aware) rules the opening hours."""

    now: Callable[[], float]
    ticks: Callable[[], float]
    opens_by: Callable[[], datetime]


class KioskDesk:
    """All kiosks of one router. `figures`: a team's line now, None while nobody knows it."""

    def __init__(
        self,
        router: Decides,
        homes: HomeTeams,
        scans: KioskScans,
        cards: ReadsCards,
        phones: KioskPhones,
        promises: Promises,
        figures: Callable[[str], Figures | None],
        clocks: Clocks,
    ) -> None:
        self._router, self._homes, self._scans, self._cards = router, homes, scans, cards
        self._phones, self._promises, self._figures, self._clocks = phones, promises, figures, clocks
        self.versions = Versions()
        self.reports = Reports(clocks.ticks)
        self.watch = PhoneWatch(phones, clocks.ticks, self.versions.touch, self._seen)
        self._minute, self._hour = Throttle(MOST_A_MINUTE, 60.0), Throttle(MOST_AN_HOUR, 3600.0)
        self._bad: Counter[str] = Counter()
        self._turns: Counter[str] = Counter()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._wrong: dict[str, tuple[Why, ...]] = {}
        scans.changed.append(self.versions.touch)

    @property
    def kiosks(self) -> Collection[str]:
        """Those of the active configuration."""
        return self._router.centre.kiosks

    async def scan(self, kiosk: str, code: str, concern: Concern = Concern.DOCUMENTS) -> KioskNow:
        """Bind the kiosk to whoever this code belongs to. Raises KioskRefused: then nobody is bound."""
        turn = self._another(kiosk)
        self._count(kiosk)
        number = await self._read(kiosk, code)
        if self._turns[kiosk] != turn or self._scans.scan(kiosk):
            raise KioskRefused(Why.ANOTHER_SCAN)
        contact = Contact(
            int(self._clocks.now()), concern, number, number.letter, kind=ContactKind.KIOSK, is_scanned=True
        )
        self._scans.bind(kiosk, contact)
        return self.now(kiosk)

    def done(self, kiosk: str) -> None:
        """Whoever was bound has gone."""
        self._another(kiosk)

    def more(self, kiosk: str, scan: str | None) -> KioskNow:
        """Three more minutes. Raises KioskRefused."""
        if not self._scans.extend(kiosk, self._bound(kiosk, scan).id):
            raise KioskRefused(Why.ANOTHER_SCAN)
        return self.now(kiosk)

    async def call(self, kiosk: str, scan: str | None, language: str = "") -> KioskNow:
        """Ring the kiosk's own phone: lifted, it is in the line of the scan's team. Raises KioskRefused."""
        async with self._locks[kiosk]:
            bound = self._bound(kiosk, scan)
            await self.watch.ask(kiosk)
            if why := self._no_call(kiosk):
                raise KioskRefused(why)
            call = f"k-{secrets.token_hex(12)}"
            self._scans.begun(call, kiosk, bound.contact, language)
            self.watch.begin(kiosk, call, "direct")
            try:
                await self._phones.ring(kiosk, call)
            except (SwitchAway, SwitchRefused) as error:
                self.watch.end(kiosk)
                raise KioskRefused(Why.TELEPHONY_AWAY) from error
            log.info("kiosk_called", kiosk=kiosk, call=call)
            return self.now(kiosk)

    async def callback(self, kiosk: str, scan: str | None, to: str, language: str = "") -> KioskNow:
        """Promise a call to this phone (`kiosk`) or to a number. Raises KioskRefused: nothing was promised."""
        async with self._locks[kiosk]:
            bound = self._bound(kiosk, scan)
            team = self._homes.of(bound.contact)
            target = Target.KIOSK if to == Target.KIOSK else Target.NUMBER
            if why := self._promises.refused(kiosk, self._figures(team.id), target):
                raise KioskRefused(why)
            await self._promises.ask(kiosk, bound, to, language)
            self.versions.touch(kiosk)
            return self.now(kiosk)

    async def ring(self, kiosk: str, member: str) -> None:
        """A member's phone rings, and then this kiosk's. Raises KioskRefused."""
        if self.team_of(kiosk) is None:
            raise KioskRefused(Why.ANOTHER_SCAN)
        phone = self._router.centre.kiosks[kiosk].phone
        try:
            await self._phones.ring_from(member, phone, f"k-{secrets.token_hex(12)}")
        except (SwitchAway, SwitchRefused) as error:
            raise KioskRefused(Why.TELEPHONY_AWAY) from error

    def may_be_rung(self, kiosk: str) -> bool:
        """Whether a member's call reaches whom it is for, as far as is known: none is for whoever stands there next."""
        return not self._scans.has_left(kiosk) or self._promises.here(kiosk) is not None

    def team_of(self, kiosk: str) -> str | None:
        """The team of whoever is bound there."""
        bound = self._scans.scan(kiosk)
        return self._homes.of(bound.contact).id if bound else None

    async def report(self, kiosk: str, report: Report) -> KioskNow:
        """The phone tells how it is."""
        if self.reports.take(kiosk, report):
            await self.watch.ask(kiosk)
            self.versions.touch(kiosk)
        return self.now(kiosk)

    async def look(self) -> None:
        """What only time brings: scans that are over, phones that ring or not; once a second."""
        self._scans.forget_old()
        kiosks = tuple(self.kiosks)
        self._promises.forget_but(scan.id for kiosk in kiosks if (scan := self._scans.scan(kiosk)))
        if not self._phones.is_away:
            await self.watch.look(kiosks, lambda kiosk: self._scans.scan(kiosk) is not None)
        for kiosk in kiosks:
            self._tell_wrong(kiosk)

    def troubles(self) -> Iterator[Trouble]:
        """What an administrator has to cure."""
        for kiosk in self.kiosks:
            for why in self.reports.wrong(kiosk):
                yield Trouble(f"kiosk {kiosk}: {_WRONG[why][0]}", _WRONG[why][1])

    def now(self, kiosk: str) -> KioskNow:
        """What its screen shows."""
        centre, scan = self._router.centre, self._scans.scan(kiosk)
        site = centre.kiosks[kiosk].site
        team = self._homes.of(scan.contact) if scan else None
        figures = self._figures(team.id) if team else None
        promise = self._promises.of(kiosk, scan)
        whose = centre.teams.get(promise[0].team) if promise else None
        return KioskNow(
            version=self.versions.of(kiosk),
            kiosk=kiosk,
            site=site,
            site_name=centre.sites[site].name,
            state=self._state(kiosk, scan, is_promised=whose is not None),
            scan=self._told(scan, team, figures) if scan and team else None,
            offers=self._offers(kiosk, figures) if team else None,
            call=self._call(kiosk),
            promise=self._promises.told(promise, whose, self._figures(whose.id)) if promise and whose else None,
            phone=self.watch.state(kiosk),
            troubles=tuple(TroubleNow(why, SENTENCES[why]) for why in self.reports.wrong(kiosk)),
        )

    def _state(self, kiosk: str, scan: Scan | None, *, is_promised: bool) -> State:
        phone = self.watch.state(kiosk)
        found = (
            (self.watch.begun(kiosk) is not None, State.CALLING),
            (phone is PhoneState.RINGING, State.RINGING),
            (phone is PhoneState.IN_CALL, State.IN_CALL),
            (is_promised, State.PROMISED),
            (scan is not None, State.SCANNED),
            (self._phones.is_away, State.CANNOT_HELP),
        )
        return next((state for holds, state in found if holds), State.IDLE)

    def _told(self, scan: Scan, team: Team, figures: Figures | None) -> ScanNow:
        now, left = self._clocks.opens_by(), max(0.0, scan.until - self._clocks.ticks())
        is_open = team.hours.is_open(now)
        return ScanNow(
            id=scan.id,
            team=team.id,
            team_name=team.name,
            open=is_open,
            opens_at=None if is_open else team.hours.next_opening(now),
            waiting=figures.waiting if figures else 0,
            estimated_wait_seconds=figures.estimated_wait_seconds if figures else None,
            expires_at=datetime.fromtimestamp(self._clocks.now() + left, UTC),
            seconds_left=left,
        )

    def _offers(self, kiosk: str, figures: Figures | None) -> Offers:
        refused = self._promises.refused
        call = self._no_call(kiosk)
        here = call if call in (Why.PHONE_AWAY, Why.TELEPHONY_AWAY) else refused(kiosk, figures, Target.KIOSK)
        return Offers(call, here, refused(kiosk, figures, Target.NUMBER))

    def _no_call(self, kiosk: str) -> Why | None:
        if self._phones.is_away:
            return Why.TELEPHONY_AWAY
        phone = self.watch.state(kiosk)
        if phone is PhoneState.AWAY:
            return Why.PHONE_AWAY
        is_busy = phone in (PhoneState.RINGING, PhoneState.IN_CALL) or self.watch.begun(kiosk)
        return Why.IN_USE if is_busy else None

    def _call(self, kiosk: str) -> CallNow | None:
        begun = self.watch.begun(kiosk)
        return CallNow(begun.id, begun.kind, self._clocks.ticks() - begun.at) if begun else None

    def _bound(self, kiosk: str, scan: str | None) -> Scan:
        """The scan that is bound, if it is this one; None: whichever it is."""
        bound = self._scans.scan(kiosk)
        if bound is None or not (scan is None or _is_same(bound.id, scan)):
            raise KioskRefused(Why.ANOTHER_SCAN)
        return bound

    def _another(self, kiosk: str) -> int:
        """Whoever stands there from now on is somebody else."""
        self._turns[kiosk] += 1
        self._scans.leave(kiosk)
        return self._turns[kiosk]

    def _count(self, kiosk: str) -> None:
        now = self._clocks.ticks()
        if again := max(each.wait_seconds(kiosk, now) for each in (self._minute, self._hour)):
            raise KioskRefused(Why.TOO_MANY, again)
        self._minute.count(kiosk, now)
        self._hour.count(kiosk, now)

    async def _read(self, kiosk: str, code: str) -> TypedNumber:
        takes_printed = self._router.centre.kiosks[kiosk].plain_numbers
        try:
            number = await read_code(code, self._router.numbers, self._cards, takes_printed=takes_printed)
        except KioskRefused as refused:
            if refused.why is not Why.NOT_KEPT:
                self._count_bad(kiosk)
            raise
        self._bad[kiosk] = 0
        return number

    def _count_bad(self, kiosk: str) -> None:
        self._bad[kiosk] += 1
        if self._bad[kiosk] % BAD_IN_A_ROW == 0:
            log.warning("kiosk_bad_scans", kiosk=kiosk, in_a_row=self._bad[kiosk], cure="look who stands there")

    def _seen(self, kiosk: str, phone: PhoneState) -> None:
        self.reports.seen(kiosk, phone)

    def _tell_wrong(self, kiosk: str) -> None:
        wrong = self.reports.wrong(kiosk)
        before = self._wrong.get(kiosk, ())
        if wrong != before:
            self._wrong[kiosk] = wrong
            self.versions.touch(kiosk)
            for why in set(wrong) - set(before):
                log.warning("kiosk_trouble", kiosk=kiosk, what=_WRONG[why][0], cure=_WRONG[why][1])


def _is_same(scan: str, told: str) -> bool:
    return secrets.compare_digest(scan.encode(), told.encode("utf-8", "surrogatepass"))


_WRONG = {
    Why.SILENT: ("it has told nothing for a minute", "look whether its computer and `teamline kiosk` run"),
    Why.PHONE_AWAY: ("its phone is not registered", "look at its network, and at its password in kiosk.yaml"),
    Why.OFF_HOOK: ("its handset is off the hook without a call", "hang it up, and look whether it is broken"),
    Why.SCANNER_MISSING: ("its scanner is not there", "plug it in"),
    Why.CAMERA_MISSING: ("its camera is not there", "plug it in"),
}
