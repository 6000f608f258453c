"""Kiosks over real rooms: decisions, scans, cards, mailbox and accounts; phones of a fake Asterisk; one clock."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import httpx

from operations.active import InForce
from operations.callbacks.open_callbacks import OpenCallbacks
from operations.cards import Cards
from operations.documents.kiosk_scans import KioskScans
from operations.kiosks.desk import Clocks, KioskDesk
from operations.kiosks.now import Figures
from operations.kiosks.placing import HomeTeams
from operations.kiosks.ports import PhoneState
from operations.kiosks.promises import Promises
from operations.ports import SwitchAway, SwitchRefused
from operations.sign_in.accounts import Account, Role
from operations.sign_in.passwords import digest_of
from routing.centre import Centre, Kiosk
from routing.directory import DirectoryTable
from tests.fakes.desk_house import HOST, DeskHouse, token_of
from tests.fakes.document_desk import RevokedInMemory
from tests.fakes.router import CUSTOMERS, small_centre
from web.app import application
from web.files import page_files
from web.health import Dependencies
from web.kiosk import kiosks
from web.kiosk_page import kiosk_page

ONE, OTHER = "123A456789", "222B456789"
"""Customers of L01 and of L03."""
NOBODY = "999A111111"
KIOSK, SECOND, CARDS_ONLY = "k1", "k2", "k3"


@dataclass
class FakePhones:
    """`KioskPhones`: states as a test sets them, and every ring."""

    states: dict[str, PhoneState] = field(default_factory=dict)
    rung: list[tuple[str, ...]] = field(default_factory=list)
    is_away: bool = False
    refuses: bool = False
    asked: int = 0

    async def state(self, kiosk: str) -> PhoneState:
        self.asked += 1
        if self.is_away:
            raise SwitchAway
        return self.states.get(kiosk, PhoneState.FREE)

    async def ring(self, kiosk: str, call: str) -> None:
        self._ring(kiosk, call)

    async def ring_from(self, member: str, kiosk_phone: str, call: str) -> None:
        assert call.startswith("k-")
        self._ring(member, kiosk_phone)

    def _ring(self, *words: str) -> None:
        if self.is_away:
            raise SwitchAway
        if self.refuses:
            raise SwitchRefused("Extension does not exist.")
        self.rung.append(words)


def kiosk_centre() -> Centre:
    """Two kiosks that take printed numbers, and one for cards alone."""
    kiosks_ = {
        KIOSK: Kiosk(KIOSK, "nord", "3901", plain_numbers=True),
        SECOND: Kiosk(SECOND, "nord", "3902", plain_numbers=True),
        CARDS_ONLY: Kiosk(CARDS_ONLY, "nord", "3903"),
    }
    return replace(small_centre(), kiosks=kiosks_)


class KioskHouse:
    """What a test changes and looks at. `house.now` moves the clocks of everything."""

    def __init__(self, folder: Path, centre: Centre | None = None) -> None:
        self.house = DeskHouse(folder)
        directory = cast("DirectoryTable", CUSTOMERS)
        self.house.router.in_force = InForce(centre or kiosk_centre(), "config-1", directory)
        self.revoked = RevokedInMemory()
        self.cards = Cards(b"s" * 32, self.revoked)
        self.phones = FakePhones()
        self.figures: Figures | None = Figures(is_open=True, waiting=2, estimated_wait_seconds=90.0)
        self.is_dialling = True
        self.places: dict[str, int] = {}
        self.scans = KioskScans(lambda: self.house.now)
        open_callbacks = OpenCallbacks()
        self.house.mailbox.changed.append(open_callbacks.hear)
        promises = Promises(
            self.house.wishes,
            open_callbacks,
            self.house.router,
            lambda: self.house.now,
            place_of=lambda _, callback: self.places.get(callback),
            is_dialling=lambda: self.is_dialling,
        )
        self.desk = KioskDesk(
            self.house.router,
            HomeTeams(lambda: self.house.router.in_force, self.house.clock),
            self.scans,
            self.cards,
            self.phones,
            promises,
            lambda _: self.figures,
            Clocks(lambda: self.house.now, lambda: self.house.now, self.house.clock),
        )
        for kiosk in self.desk.kiosks:
            self.house.accounts.accounts[kiosk] = Account(kiosk, Role.KIOSK, token=digest_of(token_of(kiosk)), id=kiosk)
        self._rooms = [
            kiosks(self.desk, lambda: self.house.router.centre, self.house.door, self.house.notes),
            kiosk_page(lambda: self.house.router.centre),
            page_files(),
        ]

    def client(self, who: str = KIOSK) -> httpx.AsyncClient:
        """Asks with the token of this kiosk, or of the role's account; "" is nobody."""

        async def nothing() -> Dependencies:
            return {}

        transport = httpx.ASGITransport(application("1", nothing, None, self._rooms))
        headers = {"authorization": f"Bearer {token_of(who)}"} if who else {}
        return httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}/api/v1/kiosks", headers=headers)
