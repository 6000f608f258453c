import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest

from kiosk.codes import Code
from kiosk.messenger import Messenger
from kiosk.router_client import RouterAway, ScanRefused, Told
from kiosk.words import Bound, DirectCall, Event, Forget, Post, Refused
from operations.kiosks.reports import Device, Handset, Report

REPORT = Report(Handset.DOWN, registered=True, in_call=False, scanner=Device.OK, camera=Device.NONE, version="1")
FIRST, SECOND = Code("A" * 100), Code("B" * 100)


class SmallRouter:
    """A router in memory: `is_away`, `refuses`; `asked` tells in which order it was asked for what."""

    def __init__(self) -> None:
        self.is_away = False
        self.refuses = ""
        self.asked: list[str] = []
        self.reports = 0
        self.told = Told("v-1", None)
        self._news = threading.Semaphore(0)

    def scan(self, code: str) -> None:
        self._answer()
        self.asked.append(code[:1])
        if self.refuses:
            raise ScanRefused(self.refuses)

    def forget(self) -> None:
        self._answer()
        self.asked.append("forget")

    def tell(self, report: Report) -> None:
        assert report == REPORT
        self._answer()
        self.reports += 1

    def news(self, direct: str | None) -> None:
        self.told = Told("v-2", direct)
        self._news.release()

    def events(self, after: str) -> Told:
        assert after in {"", "v-1", "v-2"}
        self._news.acquire()
        return self.told

    def _answer(self) -> None:
        if self.is_away:
            raise RouterAway("away")


class Kiosk:
    """A messenger and what it was told."""

    def __init__(self) -> None:
        self.router = SmallRouter()
        self.heard: list[Event] = []
        self.messenger = Messenger(self.router, self.heard.append, lambda: REPORT)  # type: ignore[arg-type]

    async def until(self, seen: Callable[[], object]) -> None:
        async with asyncio.timeout(60):
            while not seen():  # noqa: ASYNC110 - a thread sets no event
                await asyncio.sleep(0.01)


@pytest.fixture
async def kiosk() -> AsyncIterator[Kiosk]:
    kiosk = Kiosk()
    running = asyncio.ensure_future(kiosk.messenger.run())
    yield kiosk
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_scan_that_the_router_took_is_bound(kiosk: Kiosk) -> None:
    kiosk.messenger.send(Post(1, FIRST))
    await kiosk.until(lambda: kiosk.heard == [Bound(1)])


async def test_a_scan_that_the_router_refuses_is_refused(kiosk: Kiosk) -> None:
    kiosk.router.refuses = "card-unknown"
    kiosk.messenger.send(Post(1, FIRST))
    await kiosk.until(lambda: kiosk.heard == [Refused(1)])


async def test_a_router_that_comes_back_is_told_of_the_last_scan_alone(kiosk: Kiosk) -> None:
    kiosk.router.is_away = True
    kiosk.messenger.send(Post(1, FIRST))
    await kiosk.until(lambda: kiosk.messenger.is_away)
    kiosk.messenger.send(Post(2, SECOND))
    kiosk.router.is_away = False
    await kiosk.until(lambda: kiosk.heard == [Bound(2)])
    assert ["B"] == kiosk.router.asked


async def test_a_router_that_comes_back_forgets_who_was_before(kiosk: Kiosk) -> None:
    kiosk.router.is_away = True
    kiosk.messenger.send(Forget())
    await kiosk.until(lambda: kiosk.messenger.is_away)
    kiosk.router.is_away = False
    await kiosk.until(lambda: kiosk.router.asked == ["forget"])


async def test_a_scan_given_up_ends_what_was_bound_before(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.messenger.SCAN_SECONDS", 0.0)
    kiosk.router.is_away = True
    kiosk.messenger.send(Post(1, FIRST))
    await kiosk.until(lambda: kiosk.heard == [Refused(1)])
    kiosk.router.is_away = False
    await kiosk.until(lambda: kiosk.router.asked == ["forget"])


async def test_a_change_is_reported_at_once(kiosk: Kiosk) -> None:
    await kiosk.until(lambda: kiosk.router.reports == 1)
    kiosk.messenger.changed()
    await kiosk.until(lambda: kiosk.router.reports == 2)


async def test_a_call_that_the_router_announces_is_heard(kiosk: Kiosk) -> None:
    kiosk.router.news("c-1")
    await kiosk.until(lambda: kiosk.heard == [DirectCall("c-1")])
