"""Versions of teams.yaml and of the customer directory, for whoever lists, switches and takes them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class NoSuchVersion(Exception):
    """There is no version to go to."""


class VersionMovedOn(Exception):
    """Somebody else put another version in force meanwhile: look at what is in force now, then decide again."""


class VersionsAway(Exception):
    """The store does not answer: nothing was changed. Try again in a moment."""


@dataclass(frozen=True, slots=True)
class ConfigVersion:
    """One teams.yaml as it was activated."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A version without its text."""

    id: str
    by: str = ""
    """Who put it in force last; empty: by a command, or not known."""
    is_active: bool = False
    is_previous: bool = False
    """The one that a roll back goes to."""

    @property
    def made_at(self) -> datetime | None:
        """When it was put in force first, UTC; None if its name tells none."""
        return made_at(self.id)


def made_at(version: str) -> datetime | None:
    """The moment in a version's name (`c-20261122T101500-1a2b3c`), UTC; None for another name."""
    try:
        return datetime.strptime(version.split("-")[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except (IndexError, ValueError):
        return None


class KeptConfigurations(Protocol):
    """Versions of teams.yaml. All raise VersionsAway; `expected` None takes whatever is active."""

    async def active(self) -> ConfigVersion | None:
        """The active one; None before the first activation."""
        ...

    async def read(self, version: str) -> ConfigVersion | None:
        """By its id; None if it is not kept (any more)."""
        ...

    async def listed(self) -> Sequence[ListedVersion]:
        """All that are kept, the newest first."""
        ...

    async def activate(self, text: str, by: str, expected: str | None) -> str:
        """Put a text in force; its id. Raises VersionMovedOn if `expected` is not the active one any more."""
        ...

    async def go_to(self, version: str | None, by: str, expected: str | None) -> str:
        """Put a kept version in force again (None: the one before). Raises NoSuchVersion, VersionMovedOn."""
        ...


@dataclass(frozen=True, slots=True)
class Directories:
    """Which directory counts, and which was before."""

    active: str | None
    previous: str | None


class KeptDirectories(Protocol):
    """Versions of the customer directory. Both raise VersionsAway."""

    async def both(self) -> Directories:
        """The two that are kept."""
        ...

    async def rollback(self) -> str:
        """Go back to the one before; its id. Raises NoSuchVersion."""
        ...
