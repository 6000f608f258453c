"""The record of who did what: the feature around it."""

import time
from collections.abc import Sequence

from operations.active import InForce
from operations.audit import KeptAudit
from operations.audit_log import AuditLog
from web.room import Room


class AuditFeature:
    """`Feature`: begins before all who act, and ends after them. `log` is where they note it."""

    def __init__(self, kept: KeptAudit) -> None:
        self.log = AuditLog(kept, time.time)
        self._rooms: list[Room] = []

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
