"""Administration in the router: configuration, directory, the year, health, one customer; put together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from operations.active import ActiveRouter, InForce
from operations.audit import Deed, Notes
from operations.ports import Switch, SwitchAway, SwitchRefused
from operations.sign_in.accounts import Account
from teamline.router.administration_work import ChildWork
from teamline.router.config_shelf import ConfigShelf, DirectoryShelf
from teamline.router.directory_job import DirectoryJob
from teamline.router.live import Live
from teamline.router.what_if_job import environment
from teamline.settings import Settings
from teamline.stored import Stored
from web.admin.configuration_api import configuration_api
from web.admin.configuration_page import configuration_page
from web.admin.customer_api import customer_api
from web.admin.customer_page import customer_page
from web.admin.directory_api import directory_api
from web.admin.directory_page import directory_page
from web.admin.health_page import HealthLook, health_page
from web.admin.landing_page import landing_page
from web.admin.ports import Force, ImportNow
from web.admin.rooms import AdminRooms
from web.admin.year_page import year_page
from web.health import Dependencies
from web.room import Room
from web.who import Door

ASTERISK_SECONDS = 2.0
UPLOADS = "uploads"


async def _not_known_yet() -> Dependencies:
    return {}


class Administration:
    """`Feature`. `dependencies`: what /readyz names, set by whoever knows."""

    def __init__(
        self,
        settings: Settings,
        stored: Stored,
        door: Door,
        router: ActiveRouter,
        live: Live,
        switch: Switch,
        notes: Notes,
    ) -> None:
        self.dependencies: Callable[[], Awaitable[Dependencies]] = _not_known_yet
        self._notes = notes
        around = environment(settings)
        self._job = DirectoryJob(settings.data / UPLOADS, around, self._imported)
        rooms = AdminRooms(
            door=door,
            notes=notes,
            configs=ConfigShelf(stored.configs),
            directories=DirectoryShelf(stored.directories),
            work=ChildWork(around),
            force=_InForce(router, switch),
            imports=self._job,
            centre=lambda: router.centre,
        )
        look = HealthLook(self._depends, live.look, settings.data)
        self.rooms: Sequence[Room] = [
            landing_page(rooms),
            configuration_api(rooms),
            configuration_page(rooms),
            directory_api(rooms),
            directory_page(rooms),
            year_page(rooms),
            health_page(rooms, look),
            customer_api(rooms),
            customer_page(rooms),
        ]

    async def start(self) -> None:
        """No upload outlives the router that took it."""
        await asyncio.to_thread(self._job.sweep)

    async def stop(self) -> None:
        """An import that is under way imports nothing."""
        await self._job.cancel()

    def configured(self, now: InForce) -> None:
        """Asked for each time."""

    async def _depends(self) -> Dependencies:
        return await self.dependencies()

    def _imported(self, account: Account, now: ImportNow) -> None:
        told = {"customers": str(now.customers), "numbers": str(now.numbers)}
        self._notes.note(account.name, account.role, Deed.DIRECTORY_IMPORTED, about=now.version, **told)


class _InForce:
    """`InForceNow`."""

    def __init__(self, router: ActiveRouter, switch: Switch) -> None:
        self._router, self._switch = router, switch

    async def look(self) -> Force:
        force = self._router.in_force
        made = force.directory.made_at if len(force.directory) else None
        return Force(
            config=force.config_version,
            asterisk=await self._asterisk(),
            directory=force.directory.version if len(force.directory) else "",
            numbers=len(force.directory),
            directory_made_at=made.astimezone(UTC).timestamp() if isinstance(made, datetime) else None,
        )

    async def _asterisk(self) -> str:
        try:
            async with asyncio.timeout(ASTERISK_SECONDS):
                return await self._switch.global_variable("TEAMLINE_CONFIG") or ""
        except (SwitchAway, SwitchRefused, TimeoutError):
            return ""
