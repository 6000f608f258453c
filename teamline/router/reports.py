"""Reports and the curves of today: the feature around the web's rooms."""

import time
from collections.abc import Callable, Sequence

from operations.active import InForce
from routing.centre import Centre
from teamline.router.live import Live
from web.reports.curves import curves
from web.room import Room
from web.who import Door


class ReportFeature:
    """`Feature`."""

    def __init__(self, live: Live, centre: Callable[[], Centre], door: Door) -> None:
        self._rooms: list[Room] = [curves(lambda: live.curves.today(time.time()), centre, door)]

    @property
    def rooms(self) -> Sequence[Room]:
        """API and page."""
        return self._rooms

    async def start(self) -> None:
        """Nothing runs before somebody asks."""

    async def stop(self) -> None:
        """Nothing runs on."""

    def configured(self, now: InForce) -> None:
        """Every answer asks for the centre in force."""
