"""The few figures of a team that decisions need."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TeamState:
    """A team now; None means not known, and an unknown figure never sends anybody elsewhere."""

    members_signed_in: int | None = None
    waiting: int | None = None
    estimated_wait_seconds: float | None = None
    """The p50 for somebody who joins now."""


TeamStates = Mapping[str, TeamState]
