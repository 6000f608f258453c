"""Follows the store: a version activated or rolled back, a directory imported, within two seconds."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

import structlog
from routing.teams_file import TeamsFileError

from operations.active import ActiveRouter, InForce
from routing.centre import Centre
from routing.directory import DirectoryTable

POLL_SECONDS = 0.5  # two small questions to the store; a change is seen well within the promised 2 s

log = structlog.get_logger()


class StoreUnreachable(Exception):
    """The store does not answer, or not what was asked for."""


class Versions(Protocol):
    """What the store knows of versions. Every method may raise whatever its client raises."""

    async def config(self) -> str | None:
        """Id of the active configuration."""
        ...

    async def directory(self) -> str | None:
        """Id of the active directory."""
        ...

    async def load_centre(self, version: str) -> Centre:
        """The configuration with this id; raises TeamsFileError when it no longer parses."""
        ...

    async def load_directory(self, version: str) -> DirectoryTable:
        """The directory with this id."""
        ...


class Follower:
    """Keeps an ActiveRouter at the active versions; a store that is away or a bad version changes nothing.

    `took_over` is told what was in force before and what is now.
    """

    def __init__(
        self,
        router: ActiveRouter,
        versions: Versions,
        took_over: Callable[[InForce, InForce], Awaitable[None]],
    ) -> None:
        self._router = router
        self._versions = versions
        self._took_over = took_over
        self._refused: set[str] = set()
        self.is_last_reload_successful = True
        self.is_store_up = True

    async def look(self) -> bool:
        """One look at the store; whether anything was taken over."""
        try:
            changed = await self._look()
        except TeamsFileError as error:
            self.is_last_reload_successful = False
            log.warning("configuration_refused", mistakes=[str(mistake) for mistake in error.mistakes])
            return False
        except Exception as error:  # noqa: BLE001 - whatever ails the store, calls go on with what is in force
            if self.is_store_up:
                log.warning("store_away", error=type(error).__name__)
            self.is_store_up = False
            return False
        self.is_store_up = True
        return changed

    async def follow(self) -> None:
        """Look again and again until cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self.look()

    async def _look(self) -> bool:
        before = self._router.in_force
        config, directory = await self._versions.config(), await self._versions.directory()
        now = before
        if directory and directory != before.directory.version and directory not in self._refused:
            now = replace(now, directory=await self._load_directory(directory, before.directory))
        if config and config != before.config_version and config not in self._refused:
            self._refused.add(
                config
            )  # taken off again once it has parsed: a bad one is tried once, not for ever
            now = replace(now, centre=await self._versions.load_centre(config), config_version=config)
            self._refused.discard(config)
        if now is before:
            return False
        self._router.in_force = now
        self.is_last_reload_successful = True
        log.info("versions_in_force", config=now.config_version, directory=now.directory.version)
        await self._took_over(before, now)
        return True

    async def _load_directory(self, version: str, before: DirectoryTable) -> DirectoryTable:
        try:
            return await self._versions.load_directory(version)
        except ValueError as error:  # damaged, or hashed with another secret: the table in force stays
            self._refused.add(version)
            self.is_last_reload_successful = False
            log.warning("directory_refused", version=version, reason=str(error))
            return before
