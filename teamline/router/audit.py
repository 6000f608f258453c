"""The record of who did what: the feature around it."""

import time
from collections.abc import Callable, Sequence

from operations.active import InForce
from operations.audit import KeptAudit
from operations.audit_log import AuditLog
from routing.centre import Centre
from web.audit.page import audit_page
from web.audit.routes import audit_routes
from web.room import Room
from web.who import Door


class AuditFeature:
    """`Feature`: begins before all who act, and ends after them. `log` is where they note it."""

    def __init__(self, kept: KeptAudit) -> None:
        self._kept = kept
        self.log = AuditLog(kept, time.time)
        self._rooms: list[Room] = []

    def show(self, centre: Callable[[], Centre], door: Door) -> None:
        """API and page for whoever comes in there: the door itself notes who did."""
        self._rooms = [audit_routes(self._kept, centre, door), audit_page(self._kept, centre, door)]

    @property
    def rooms(self) -> Sequence[Room]:
        """API and page."""
        return self._rooms

    async def start(self) -> None:
        """Begin to write."""
        await self.log.start()

    async def stop(self) -> None:
        """Bring what waits into the store."""
        await self.log.stop()

    def configured(self, now: InForce) -> None:
        """Deeds are the same in every version."""
