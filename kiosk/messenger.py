"""Carries what happens to the router, and back what the phone must know; tries again by itself, newest first."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable

import structlog

from kiosk.backoff import Backoff
from kiosk.router_client import RouterAway, RouterClient, RouterRefuses, ScanRefused
from kiosk.words import Bound, DirectCall, Event, Forget, Post, Refused
from operations.kiosks.reports import Report

REPORT_SECONDS = 15.0
SCAN_SECONDS = 10.0
"""A scan that could not be told for so long is thrown away: whoever it was has noticed."""
RETRY_SECONDS = 1.0

log = structlog.get_logger()


class Messenger:
    """One kiosk's messages. `happens` hears what the router said, in the loop's own thread."""

    def __init__(self, router: RouterClient, happens: Callable[[Event], None], report: Callable[[], Report]) -> None:
        self._router, self._happens, self._report = router, happens, report
        self._errand: Post | Forget | None = None
        self._has_errand = asyncio.Event()
        self._is_changed = asyncio.Event()
        self.is_away = False
        """Whether the router did not answer when it was asked last."""

    def send(self, errand: Post | Forget) -> None:
        """Tell the router; whatever was to be told before counts no more."""
        self._errand = errand
        self._has_errand.set()

    def changed(self) -> None:
        """The report is another than it was."""
        self._is_changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        threading.Thread(target=self._listen, args=(asyncio.get_running_loop(),), daemon=True).start()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._run_errands())
            group.create_task(self._report_always())

    async def _run_errands(self) -> None:
        while True:
            await self._has_errand.wait()
            self._has_errand.clear()
            if self._errand:
                await self._run(self._errand)

    async def _run(self, errand: Post | Forget) -> None:
        """Tell it, as long as nothing newer is to be told. A scan that is given up still ends the one before."""
        end = time.monotonic() + SCAN_SECONDS
        while self._errand is errand:
            try:
                await self._tell(errand)
            except ScanRefused as refused:
                log.info("scan_refused", why=str(refused))
                self._refused(errand)
            except RouterAway as away:
                self._seen(away)
                if isinstance(errand, Post) and time.monotonic() >= end:
                    self._refused(errand)
                    self.send(Forget())
                    return
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._has_errand.wait(), RETRY_SECONDS)
                continue
            if self._errand is errand:
                self._errand = None

    async def _tell(self, errand: Post | Forget) -> None:
        if isinstance(errand, Forget):
            await asyncio.to_thread(self._router.forget)
            return
        await asyncio.to_thread(self._router.scan, errand.code.text)
        self._happens(Bound(errand.scan))

    def _refused(self, errand: Post | Forget) -> None:
        if isinstance(errand, Post):
            self._happens(Refused(errand.scan))

    async def _report_always(self) -> None:
        backoff = Backoff()
        while True:
            self._is_changed.clear()
            try:
                await asyncio.to_thread(self._router.tell, self._report())
            except RouterAway as away:
                self._seen(away)
                await asyncio.sleep(backoff.failed())
                continue
            except ScanRefused:
                log.error("report_not_understood")
            backoff.worked()
            self._seen(None)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._is_changed.wait(), REPORT_SECONDS)

    def _seen(self, away: RouterAway | None) -> None:
        if (away is not None) == self.is_away:
            return
        self.is_away = away is not None
        if isinstance(away, RouterRefuses):
            log.error(
                "router_refuses", why=str(away), cure="make a token: `teamline token kiosk ID`, see docs/kiosk.md"
            )
        elif away:
            log.warning("router_away", why=str(away))
        else:
            log.info("router_back")

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """In a thread of its own, which waits in the router for what is new and ends with the process."""
        backoff, version = Backoff(), ""
        while not loop.is_closed():
            try:
                told = self._router.events(version)
            except (RouterAway, ScanRefused):
                version = ""
                self._from_thread(loop, DirectCall(None))
                time.sleep(backoff.failed())
                continue
            backoff.worked()
            version = told.version
            self._from_thread(loop, DirectCall(told.direct))

    def _from_thread(self, loop: asyncio.AbstractEventLoop, event: Event) -> None:
        with contextlib.suppress(RuntimeError):  # the loop was closed in this moment
            loop.call_soon_threadsafe(self._happens, event)
