"""Follows the store: a version activated or rolled back, a directory imported, within two seconds."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

import structlog

from operations.active import ActiveRouter, InForce
from routing.centre import Centre
from routing.directory import DirectoryTable
from routing.teams.file import TeamsFileError

POLL_SECONDS = 0.5  # two small questions to the store; a change is seen well within the promised 2 s
ANSWER_SECONDS = 2.0
"""A store that is silent for so long is away: frozen, or behind a network that lost it without a word."""
LOAD_SECONDS = 60.0
"""For a whole version: a nation's directory has 130 MB."""

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
        answer_seconds: float = ANSWER_SECONDS,
        closed: Callable[[Centre], Centre] = lambda centre: centre,
    ) -> None:
        """`closed` gives every centre that is taken over the closures that hold now."""
        self._router = router
        self._versions = versions
        self._took_over = took_over
        self._answer_seconds = answer_seconds
        self._closed = closed
        self._refused: set[str] = set()
        self.is_last_reload_successful = True
        self.is_store_up = True

    async def look(self) -> bool:
        """One look at the store; whether anything was taken over."""
        try:
            changed = await self._look()
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
        before = now = self._router.in_force
        async with asyncio.timeout(self._answer_seconds):
            config, directory = await self._versions.config(), await self._versions.directory()
        if directory and directory not in {before.directory.version, *self._refused}:
            table = await self._directory(directory)
            now = now if table is None else replace(now, directory=table)
        if config and config not in {before.config_version, *self._refused}:
            centre = await self._centre(config)
            now = now if centre is None else replace(now, centre=centre, config_version=config)
        self.is_last_reload_successful = (config or now.config_version, directory or now.directory.version) == (
            now.config_version,
            now.directory.version,
        )
        if (now.config_version, now.directory) == (before.config_version, before.directory):
            return False
        now = replace(now, centre=self._closed(now.centre))
        self._router.in_force = now
        log.info("versions_in_force", config=now.config_version, directory=now.directory.version)
        await self._took_over(before, now)
        return True

    async def _centre(self, version: str) -> Centre | None:
        try:
            async with asyncio.timeout(LOAD_SECONDS):
                return await self._versions.load_centre(version)
        except TeamsFileError as error:
            self._refused.add(version)  # tried once, not for ever
            log.warning("configuration_refused", mistakes=[str(mistake) for mistake in error.mistakes])
            return None

    async def _directory(self, version: str) -> DirectoryTable | None:
        try:
            async with asyncio.timeout(LOAD_SECONDS):
                return await self._versions.load_directory(version)
        except ValueError as error:  # damaged, or hashed with another secret: the table in force stays
            self._refused.add(version)
            log.warning("directory_refused", version=version, reason=str(error))
            return None
