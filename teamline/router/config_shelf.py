"""The store's versions as administration asks for them: within seconds, with one word for a store that is away."""

from collections.abc import Sequence
from datetime import UTC, datetime

from operations.versions import ConfigVersion, Directories, ListedVersion, VersionsAway
from store.config_versions import ConfigVersions
from store.directory import DirectoryStore
from store.in_time import in_time


def _answers() -> VersionsAway:
    return VersionsAway(str(VersionsAway.__doc__))


class ConfigShelf:
    """`KeptConfigurations`."""

    def __init__(self, configs: ConfigVersions) -> None:
        self._configs = configs

    async def active(self) -> ConfigVersion | None:
        """The active version."""
        async with in_time(_answers()):
            return await self._configs.active()

    async def read(self, version: str) -> ConfigVersion | None:
        """By its id."""
        async with in_time(_answers()):
            return await self._configs.read(version)

    async def listed(self) -> Sequence[ListedVersion]:
        """The newest first."""
        async with in_time(_answers()):
            return await self._configs.listed()

    async def activate(self, text: str, by: str, expected: str | None) -> str:
        """Raises VersionMovedOn."""
        async with in_time(_answers()):
            return await self._configs.activate(text, datetime.now(UTC), by, expected)

    async def go_to(self, version: str | None, by: str, expected: str | None) -> str:
        """Raises NoSuchVersion, VersionMovedOn."""
        async with in_time(_answers()):
            if version is None:
                return await self._configs.rollback(by, expected)
            return await self._configs.go_to(version, by, expected)


class DirectoryShelf:
    """`KeptDirectories`."""

    def __init__(self, directories: DirectoryStore) -> None:
        self._directories = directories

    async def both(self) -> Directories:
        """The active one and the one before."""
        async with in_time(_answers()):
            return await self._directories.both()

    async def rollback(self) -> str:
        """Raises NoSuchVersion."""
        async with in_time(_answers()):
            return await self._directories.rollback()
