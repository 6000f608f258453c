"""Reports and the curves of today: the feature around the web's rooms."""

import time
from collections.abc import Callable, Sequence

from operations.active import InForce
from routing.centre import Centre
from teamline.router.live import Live
from teamline.router.report_process import ReportProcess
from teamline.router.what_if_job import environment
from teamline.settings import Settings
from web.reports.api import reports
from web.reports.curves import curves
from web.reports.line import ReportLine
from web.reports.page import report_page
from web.room import Room
from web.who import Door


class ReportFeature:
    """`Feature`."""

    def __init__(self, settings: Settings, live: Live, centre: Callable[[], Centre], door: Door) -> None:
        self._process = ReportProcess(environment(settings))
        self._line = ReportLine(self._process, time.monotonic)
        self._rooms: list[Room] = [
            curves(lambda: live.curves.today(time.time()), centre, door),
            reports(self._line, centre, door),
            report_page(self._line, centre, door),
        ]

    @property
    def rooms(self) -> Sequence[Room]:
        """API and page."""
        return self._rooms

    async def start(self) -> None:
        """Nothing runs before somebody asks."""

    async def stop(self) -> None:
        """No process is left when this returns."""
        await self._line.stop()
        await self._process.stop()

    def configured(self, now: InForce) -> None:
        """Every answer asks for the centre in force."""
