"""Callbacks that are asked for at kiosks: to this very phone, or to somebody's own."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from operations.active import Subject
from operations.callbacks.life import has_landed
from operations.callbacks.rules import expires_at
from operations.documents.kiosk_scans import Scan
from operations.kiosks.faults import KioskRefused, Why
from operations.kiosks.now import Figures, PromiseNow, Target
from operations.mailbox.callback_requests import Decides, dialled
from operations.mailbox.callback_wishes import NotCalledBack
from operations.mailbox.ports import Entry, MailboxAway
from operations.mailbox.written_number import written_number
from operations.sign_in.throttle import Throttle
from routing.centre import Team
from routing.decision import Contact
from routing.rules import ContactKind

MOST_AN_HOUR = 20
MOST_CHARACTERS = 40


class Wishes(Protocol):
    """Where a wish to be called goes."""

    def wish(self, team: str, arrival: int) -> Entry:
        """A callback by this team, not before it opens."""
        ...

    async def ask(self, number: str, wish: Entry) -> Entry:
        """Kept on return, or known already. Raises NotCalledBack, and MailboxAway: then nothing was promised."""
        ...

    async def ask_at_kiosk(self, kiosk: str, wish: Entry) -> Entry:
        """One that rings this kiosk, the same way."""
        ...


class Promises:
    """Who was promised a call. `now`: Unix seconds; `place_of`: a callback's place in its team's line."""

    def __init__(
        self,
        wishes: Wishes,
        open_: Iterable[Entry],
        router: Decides,
        now: Callable[[], float],
        *,
        place_of: Callable[[str, str], int | None],
        is_dialling: Callable[[], bool],
    ) -> None:
        """`open_`: every callback that somebody counts on; `is_dialling`: whether Teamline dials anybody at all."""
        self._wishes, self._open, self._router, self._now = wishes, open_, router, now
        self._place_of, self.is_dialling = place_of, is_dialling
        self._of_scan: dict[str, tuple[str, Entry, Target]] = {}
        self._asked = Throttle(MOST_AN_HOUR, 3600.0)

    def here(self, kiosk: str) -> Entry | None:
        """The callback that rings this kiosk's phone."""
        now, centre = self._now(), self._router.centre
        here = (entry for entry in self._open if entry.kiosk == kiosk and not has_landed(entry))
        return next((entry for entry in here if expires_at(entry, centre) > now), None)

    def of(self, kiosk: str, scan: Scan | None) -> tuple[Entry, Target] | None:
        """What was promised to whoever has scanned; without a scan to whoever waits at this phone."""
        if scan:
            found = self._of_scan.get(scan.id)
            return found[1:] if found else None
        here = self.here(kiosk)
        return (here, Target.KIOSK) if here else None

    def told(self, promise: tuple[Entry, Target], team: Team, figures: Figures | None) -> PromiseNow:
        """As the screen shows it."""
        entry, to = promise
        wait = figures.estimated_wait_seconds if figures else None
        return PromiseNow(to, team.id, team.name, self._place_of(entry.team, entry.id), wait)

    def forget_but(self, scans: Iterable[str]) -> None:
        """Only these scans are still bound."""
        bound = set(scans)
        self._of_scan = {scan: told for scan, told in self._of_scan.items() if scan in bound}

    def refused(self, kiosk: str, figures: Figures | None, to: Target) -> Why | None:
        """Why nobody can be promised that now; None: it can."""
        if to is Target.NUMBER:
            return None
        if not self.is_dialling():
            return Why.CALLBACKS_OFF
        if figures and not figures.is_open:
            return Why.CLOSED
        return Why.WAITS_ALREADY if self.here(kiosk) else None

    async def ask(self, kiosk: str, scan: Scan, to: str, language: str) -> None:
        """Kept for good when this returns: `to` is `kiosk` or a number as it is written here. Raises KioskRefused."""
        if scan.id in self._of_scan:
            raise KioskRefused(Why.WAITS_ALREADY)
        now = self._now()
        if again := self._asked.wait_seconds(kiosk, now):
            raise KioskRefused(Why.TOO_MANY, again)
        self._asked.count(kiosk, now)
        wish = self._wish(kiosk, scan.contact, language)
        target = Target.KIOSK if to == Target.KIOSK else Target.NUMBER
        try:
            entry = await self._kept(kiosk, wish, to, target)
        except NotCalledBack as error:
            raise KioskRefused(Why.NUMBER_REFUSED) from error
        except MailboxAway as error:
            raise KioskRefused(Why.NOT_KEPT) from error
        if entry.kiosk and target is Target.NUMBER:  # it rings here at this very moment
            raise KioskRefused(Why.WAITS_ALREADY)
        self._of_scan[scan.id] = (kiosk, entry, target)

    async def _kept(self, kiosk: str, wish: Entry, to: str, target: Target) -> Entry:
        if target is Target.KIOSK:
            return await self._wishes.ask_at_kiosk(kiosk, wish)
        if len(to) > MOST_CHARACTERS:
            raise NotCalledBack
        return await self._wishes.ask(dialled(to), wish)

    def _wish(self, kiosk: str, contact: Contact, language: str) -> Entry:
        router = self._router
        centre = router.centre
        spoken = language if language in centre.languages.values() else centre.default_language
        wish = self._wishes.wish(centre.general_line, contact.arrival)
        asked = replace(contact, kind=ContactKind.REQUEST, is_scanned=False)
        decision = router.decide(asked, Subject(wish.id, ContactKind.REQUEST, spoken))
        team = decision.home if decision.home in centre.teams else centre.general_line
        number = contact.number
        return replace(
            self._wishes.wish(team, decision.arrival),
            id=wish.id,
            concern=contact.concern.value,
            language=spoken,
            number=written_number(contact, router.numbers, router.find(number) if number else ()),
            credit=centre.credits.kiosk,
            source=kiosk,
        )
