"""A feature of the router: what it adds to the AGI scripts, the API, the timers; wired by `process`, one file each."""

from collections.abc import Sequence
from typing import Protocol

from operations.active import InForce
from web.room import Room


class Feature(Protocol):
    """One feature. Nothing it does may raise into another: a fault is logged and the call goes on."""

    @property
    def rooms(self) -> Sequence[Room]:
        """Its part of the API and its pages."""
        ...

    async def start(self) -> None:
        """Begin its timers, after the store and before AMI connects."""
        ...

    async def stop(self) -> None:
        """End them, before the store goes."""
        ...

    def configured(self, now: InForce) -> None:
        """Another version is in force (also called once before `start`)."""
        ...
