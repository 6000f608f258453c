"""How long, honestly: nothing is said until there is an estimator that keeps its word."""

from dataclasses import dataclass

from routing.spoken import Spoken
from routing.waits.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Expected:
    """For a caller at `position` (from 1) of a line.

    `estimate`: the wait from now, None where too little is known for an honest word. `free` members of the queue
    could be rung now; a caller within `free` + 2 is answered in a moment.
    """

    position: int
    estimate: Estimate | None
    free: int


def estimate(team: str, place: int) -> Spoken | None:  # noqa: ARG001 - the estimator will ask for both
    """The wait for a caller at this place in the team's line: not known yet, so nothing is said."""
    return None
