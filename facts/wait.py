"""What was said about waits, what became of it, and what is learned from it.

Told by the router itself, never by Asterisk: so their ids name the moment. All spans are seconds.
"""

from dataclasses import dataclass

from facts.call import CallFact, LeftBy


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateFact(CallFact):
    """An estimate: for somebody who stays, from then until a member answers; `position` is the place from 1."""

    position: int
    mean_seconds: float
    p50_seconds: float
    p80_seconds: float
    p90_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitTold(EstimateFact):
    """The caller heard a range, `low_seconds` to `high_seconds`; the figures are those that it was made from.

    `place` is where the caller goes or stands; before the join its visit is the coming one.
    """

    low_seconds: float
    high_seconds: float

    @property
    def id(self) -> str:
        """One sentence at a time."""
        return f"{self.place.node}/{self.place.call}/{self.at:.3f}/WaitTold"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitProved(EstimateFact):
    """What became of a `WaitTold` of `told_at`: after `waited_seconds` more the wait ended by `outcome`.

    Only of a caller who was answered does anybody know how long they had to wait: all others waited at least so long.
    """

    told_at: float
    low_seconds: float
    high_seconds: float
    waited_seconds: float
    outcome: LeftBy

    @property
    def id(self) -> str:
        """Proved once."""
        return f"{self.place.node}/{self.place.call}/{self.told_at:.3f}/WaitProved"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitLearned(EstimateFact):
    """One estimate that nobody heard, made as the caller joined, and how it was kept: what the estimator learns from.

    `position` is the place over all lines that share members, rounded, and `mean_seconds` the mean before corrections.
    `second` of the local day when it was made; `ratio` of the places that the outlook had served in the end to
    `position`, over the `factor` that was allowed for; `end_seconds`: the wait, or for one who gave up the wait
    to be expected had they stayed.
    """

    second: float
    factor: float
    ratio: float
    waited_seconds: float
    end_seconds: float
    answered: bool
