"""What happened to our own watching: staff counted, a gap in what we saw."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffCounted:
    """How many members of a team are signed in, and how many of those paused, and why: until counted again.

    Journalled in place of what single members did (no history of a person is kept).
    """

    at: float
    node: str
    team: str
    signed_in: int
    paused: int
    reasons: str = ""
    """Of the paused, as `pause_reasons` tells them; whoever is not in it pauses for a reason that is not told."""

    @property
    def id(self) -> str:
        """Counts have no identity but their moment."""
        return f"{self.node}/{self.team}/{self.at:.3f}/StaffCounted"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapSeen:
    """We did not watch from `since` to `at` (Unix seconds).

    `filled`: whether Asterisk's queue_log told what happened meanwhile. `unknown`: calls whose end nobody can tell
    (they count as lost).
    """

    at: float
    node: str
    since: float
    filled: bool
    unknown: int = 0

    @property
    def id(self) -> str:
        """A gap begins once."""
        return f"{self.node}/{self.since:.3f}/GapSeen"
