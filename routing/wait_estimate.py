"""How long, honestly: nothing is said until there is an estimator that keeps its word."""

from routing.spoken import Spoken


def estimate(team: str, place: int) -> Spoken | None:  # noqa: ARG001 - the estimator will ask for both
    """The wait for a caller at this place in the team's line: not known yet, so nothing is said."""
    return None
