"""What administration has done elsewhere: long work in processes beside the router, what is in force, the import."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from operations.sign_in.accounts import Account


class WorkRefused(Exception):
    """What was asked for cannot be: the sentence says why, and the cure."""


class WorkFailed(Exception):
    """It was not done: the sentence says why, and the cure."""


@dataclass(frozen=True, slots=True)
class PlacedMistake:
    """A mistake in a text. `line` and `column` from 1; `column` 0 where only the line is known."""

    line: int
    column: int
    what: str
    cure: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at a teams.yaml found. Right if there is no mistake."""

    mistakes: Sequence[PlacedMistake] = ()
    mistakes_count: int = 0
    """All of them; `mistakes` are the first ones."""
    changes: Sequence[str] | None = None
    """Against the active version; None if there is none that could be compared with."""
    teams: int = 0
    members: int = 0


@dataclass(frozen=True, slots=True)
class Differences:
    """Two versions. `changes` None: one of them is no longer right by today's rules."""

    changes: Sequence[str] | None
    text: Sequence[str]
    """Lines of a unified diff."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How much there is of one customer, by kind; the names are those of `web/pages/admin/customer.*.json`."""

    counts: Mapping[str, int]
    is_in_directory: bool


@dataclass(frozen=True, slots=True)
class Erased:
    """How much has gone, by kind, and sentences on what stays."""

    counts: Mapping[str, int]
    left: Sequence[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `teamline doctor`. `level`: ok, warn or FAIL."""

    name: str
    level: str
    what: str
    cure: str


class Work(Protocol):
    """Long work, each in a process of its own. All raise WorkRefused or WorkFailed."""

    async def checked(self, text: str, active: str | None) -> Checked:
        """Whether a text is right, and what it would change."""
        ...

    async def differences(self, before: str, after: str) -> Differences:
        """Between two texts."""
        ...

    async def year(self, text: str, year: int, team: str) -> Mapping[str, object]:
        """As `teamline check --year --json`; of one team, or all for an empty word."""
        ...

    async def calendar(self, text: str, year: int, team: str) -> str:
        """The same as iCalendar."""
        ...

    async def kept(self, number: str) -> Kept:
        """What there is of a customer."""
        ...

    async def export(self, number: str) -> bytes:
        """All of it, as a JSON document."""
        ...

    async def erase(self, number: str) -> Erased:
        """Gone for ever."""
        ...

    async def doctor(self) -> Sequence[Finding]:
        """A thorough look."""
        ...


@dataclass(frozen=True, slots=True)
class Force:
    """By which versions calls are decided at this moment. `asterisk`: the configuration it has read, "" if unknown."""

    config: str
    asterisk: str
    directory: str
    numbers: int
    directory_made_at: float | None
    """Unix seconds."""


class InForceNow(Protocol):
    """What the router decides by."""

    async def look(self) -> Force:
        """Now. Never raises."""
        ...


class ImportState(StrEnum):
    """Where an import is."""

    IDLE = "idle"
    RECEIVING = "receiving"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    """The file has mistakes: nothing was imported."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ImportNow:
    """An import, and what came of it. `share`: how much of the file has been read, 0 to 1."""

    state: ImportState = ImportState.IDLE
    share: float = 0.0
    is_dry: bool = False
    by: str = ""
    received_bytes: int = 0
    version: str = ""
    customers: int = 0
    numbers: int = 0
    bad_lines: int = 0
    mistakes: Sequence[PlacedMistake] = ()
    failure: str = ""


class ImportRunning(Exception):
    """Another import is under way: wait until it has ended, or end it."""


class ImportEnded(Exception):
    """Somebody has ended this import: nothing was imported."""


class TooLarge(Exception):
    """The file is too large: import the customers of one centre only."""


class NoRoom(Exception):
    """There is not enough room on the disk for the file: make room below TEAMLINE_DATA, then try again."""


class DirectoryImport(Protocol):
    """One import at a time."""

    @property
    def now(self) -> ImportNow:
        """Where it is."""
        ...

    async def take(self, arriving: AsyncIterator[bytes], length: int | None, account: Account, *, dry: bool) -> None:
        """Receive a file and begin. Raises ImportRunning, ImportEnded, TooLarge, NoRoom, OSError.

        What `arriving` raises comes through, too.
        """
        ...

    async def cancel(self) -> None:
        """End it; nothing of the file is left when this returns."""
        ...
