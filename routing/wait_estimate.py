"""How long, honestly: nothing is said until there is an estimator that keeps its word."""


def estimate(team: str, place: int) -> None:
    """The wait for a caller at this place in the team's line: not known yet, so nothing is said."""
