"""Somebody who hung up in line, as a value; and where such are kept for the rest of the day."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from facts.place import Place


class GaveUpAway(Exception):
    """The store does not answer: whoever gave up cannot be listed, or changed, just now. Try again in a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GaveUp:
    """One caller, however often they called. Instants in Unix seconds; texts are empty where nobody knows."""

    id: str
    team: str
    """The team that they called for last."""
    at: float
    """When they hung up last."""
    waited_seconds: float | None
    """That time, in this team's line."""
    concern: str = ""
    language: str = ""
    phone: str = field(default="", repr=False)
    """E.164 where the centre calls it back, else as the network told it; empty: withheld, or a kiosk's."""
    number: str = field(default="", repr=False)
    """The customer's, as it is written."""
    calls: int = 1
    is_short: bool = False
    """Hung up so soon that reports leave it out."""
    arrival: int = 0
    """First contact of the last call, and the seconds granted to it: the place that a callback keeps."""
    credit: int = 0


def id_of(place: Place) -> str:
    """The same in every router that sees the same call; sorted by first contact."""
    whose = hashlib.sha256(f"{place.node}/{place.call}".encode()).hexdigest()[:12]
    return f"g-{max(0, place.arrival):010d}-{whose}"


class KeptGaveUp(Protocol):
    """The store's side: the people of a day, which it forgets by itself. All raise GaveUpAway."""

    async def write(self, day: date, ends_at: float, put: Sequence[GaveUp], remove: Sequence[str]) -> int:
        """Keep these and forget those, at once; the day's version after that. It is forgotten at `ends_at`."""
        ...

    async def version(self, day: date) -> int:
        """Greater by one with every change; 0 while nobody is listed."""
        ...

    async def listed(self, day: date) -> Sequence[GaveUp]:
        """All of a day that can be read."""
        ...


class EverybodyWhoGaveUp(Protocol):
    """The store for who looks for one customer. Both raise GaveUpAway."""

    async def everybody(self) -> Sequence[GaveUp]:
        """Of every day that is there still."""
        ...

    async def forget(self, ids: Sequence[str]) -> None:
        """Not there is no error; running routers follow within seconds."""
        ...
